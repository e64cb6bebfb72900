package io.nanomq.persistence;

import java.util.List;

/**
 * Messages of a session that the store has read again.
 *
 * @param messages in the order of their sequences, {@value #MOST_MESSAGES} and about {@value
 *     #MOST_BYTES} bytes at most, times what was asked for, but at least one where there is any. A
 *     message is null where only its PUBREL is to be repeated, or where the store has it no more
 * @param isLast whether nothing that the session was told stands behind them
 * @param isFailed whether what stands behind them could not be read, which the log tells: it may be
 *     asked for again
 */
public record MessagePage(
    List<RecoveredSession.Message> messages, boolean isLast, boolean isFailed) {
  public static final int MOST_MESSAGES = 256;
  public static final int MOST_BYTES = 64 * 1024;
}
