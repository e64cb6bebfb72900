package io.nanomq.api.access;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.nanomq.api.json.ApiException;
import io.nanomq.api.publish.Topics;
import io.nanomq.authz.AccessClient;
import io.nanomq.config.model.MqttConf;
import io.nanomq.packet.AccessAction;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * What {@code /acl/check} takes.
 *
 * @param clientid whose operation it is
 * @param username its user name; unset = it has none
 * @param ipaddr its address; unset = no rule about addresses is about it
 * @param action what it does
 * @param topic a topic name, or to subscribe a filter
 * @param listener name of the listener that it comes by, such as {@code tcp}; unset = one without
 *     rules of its own
 */
public record AccessQuestion(
    String clientid,
    @Nullable String username,
    @Nullable String ipaddr,
    Action action,
    String topic,
    @Nullable String listener) {

  /** What is done. */
  public enum Action {
    @JsonProperty("publish")
    PUBLISH(AccessAction.PUBLISH),
    @JsonProperty("subscribe")
    SUBSCRIBE(AccessAction.SUBSCRIBE);

    private final AccessAction asked;

    Action(AccessAction asked) {
      this.asked = asked;
    }
  }

  public AccessQuestion {
    if (ipaddr != null && NetUtil.createInetAddressFromIpAddressString(ipaddr) == null) {
      throw ApiException.wrongField("ipaddr");
    }
  }

  /**
   * Checks what is asked about.
   *
   * @throws ApiException 400/115 where no client could name it
   */
  void check(MqttConf conf) {
    if (action == Action.PUBLISH) {
      Topics.checkName(topic, conf);
    } else {
      Topics.checkFilter(topic, conf);
    }
  }

  AccessAction asked() {
    return action.asked;
  }

  AccessClient client() {
    InetAddress address =
        ipaddr == null ? null : NetUtil.createInetAddressFromIpAddressString(ipaddr);
    return new AccessClient(
        clientid, username, address, listener == null ? "" : listener, false, null, "");
  }
}
