package io.nanomq;

import io.nanomq.config.NanomqConf;
import io.nanomq.rule.Rules;
import io.nanomq.trace.Traces;
import io.nanomq.webhook.Webhooks;

/**
 * What looks at messages and events besides clients.
 *
 * @param webhooks what web servers are told
 * @param rules what becomes of messages that queries find
 * @param traces what is followed for a while
 */
public record Integrations(Webhooks webhooks, Rules rules, Traces traces) implements AutoCloseable {
  /** Puts a configuration in force; reads files, so it blocks. */
  void apply(NanomqConf conf) {
    webhooks.apply(conf.integrations().webhook());
    rules.apply(conf.integrations().rules(), conf.listeners());
  }

  @Override
  public void close() {
    traces.close();
    webhooks.close();
    rules.close();
  }
}
