package io.nanomq.listener;

import io.nanomq.codec.ProtocolError;
import io.nanomq.codec.ReasonCode;
import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/**
 * Key files of a listener that is open. When one of its authorities goes, the clients that are
 * there are held against those that are left: who could not come again is disconnected (0x87).
 *
 * @param channels every socket that the listener has accepted
 * @param endsRevoked whether who may no longer is to be disconnected; what is due waits until then
 */
record ListenerKeyFiles(TlsContext tls, ChannelGroup channels, BooleanSupplier endsRevoked)
    implements KeyFiles {
  private static final Logger LOG = Logger.getLogger(ListenerKeyFiles.class);

  @Override
  public String name() {
    return tls.name();
  }

  @Override
  public boolean reload() throws IOException, GeneralSecurityException {
    try {
      return tls.reload();
    } finally {
      if (endsRevoked.getAsBoolean() && tls.takeReview()) {
        review();
      }
    }
  }

  private void review() {
    int ended = 0;
    for (Channel channel : channels) {
      if (!tls.accepts(channel)) {
        ended++;
        channel
            .pipeline()
            .fireUserEventTriggered(
                new ProtocolError(
                    ReasonCode.NOT_AUTHORIZED, "its certificate's authority is gone"));
      }
    }
    LOG.infof("Authorities of %s have changed: %d clients disconnected", name(), ended);
  }
}
