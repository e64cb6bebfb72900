package io.nanomq.router;

import org.jspecify.annotations.Nullable;

/**
 * A message on its way to the member of another loop that a shared group chose, where more is to be
 * said than the member.
 *
 * @param member whose turn it is
 * @param refusals who did not take it; null = nobody was asked before
 * @param isCounted whether the member has one more on its way until it arrives
 */
record SharedOffer(Subscriber member, @Nullable Refusals refusals, boolean isCounted) {
  /** Where the fewest in flight decide, those on their way count, too: all go to one otherwise. */
  static SharedOffer counted(Subscriber member, @Nullable Refusals refusals) {
    member.recipient().addOnTheWay(1);
    return new SharedOffer(member, refusals, true);
  }

  /** On the member's loop. */
  void arrived() {
    if (isCounted) {
      member.recipient().addOnTheWay(-1);
    }
  }
}
