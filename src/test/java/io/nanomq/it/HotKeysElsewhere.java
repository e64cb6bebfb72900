package io.nanomq.it;

import io.nanomq.config.key.FormerKeys;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Which tests show the effect of the hot keys that {@link HotKeysTest} does not. */
final class HotKeysElsewhere {
  /**
   * Of these the keys of one section are one: it is another one where any of them changes
   * (HttpBackendTest, C22TokenTest).
   */
  private static final Pattern OF_REQUESTS =
      Pattern.compile("auth\\.(http(_auth)?\\.(auth|super|acl)_req|jwt)\\..*");

  /** Hot keys whose effect other tests show. */
  static final Map<String, String> ONE_BY_ONE =
      Map.ofEntries(
          Map.entry("mqtt.shared_subscription_strategy", "C07SharedTest"),
          Map.entry("mqtt.retry_interval", "SessionTest, which brings its own time"),
          Map.entry("outgoing.deny", "C37OutgoingTest"),
          Map.entry("config.apply", "EffectsTest"),
          Map.entry("auth_enable", "FormerKeysTest"),
          Map.entry("auth.password.enable", "FormerKeysTest"),
          Map.entry("config.pem_folder", "PemPatchTest"),
          Map.entry("system.stop_timeout", "ProcessIT"),
          Map.entry("http_server.username", "EffectsTest"),
          Map.entry("http_server.password", "EffectsTest"),
          Map.entry("http_server.auth_type", "ApiTokenTest"),
          Map.entry("http_server.jwt.public.keyfile", "ApiTokenTest"),
          Map.entry("http_server.jwt.private.keyfile", "ApiTokenTest"),
          Map.entry("http_server.jwt.lifetime", "ApiTokenTest"),
          Map.entry("http_server.cors.allow_origins", "ApiCrossOriginTest"),
          Map.entry("http_server.cors.allow_credentials", "ApiCrossOriginTest"),
          Map.entry("http_server.cors.max_age", "ApiCrossOriginTest"),
          Map.entry("http_server.trusted_proxies", "CallerAddressTest"),
          Map.entry("http_server.max_event_streams", "ApiEventsTest"),
          Map.entry("http_server.event_buffer", "ApiEventsTest"),
          Map.entry("http_server.event_heartbeat", "ApiEventsTest"),
          Map.entry("http_server.limit_conn", "FormerKeysTest, and ApiConnectionsTest"),
          Map.entry("http_server.parallel", "FormerKeysTest, and ApiConnectionsTest"),
          Map.entry("http_server.max_connections", "ApiConnectionsTest"),
          Map.entry("http_server.cpu_share", "ApiUnderLoadTest"),
          Map.entry("http_server.swagger_ui", "ApiDocumentTest"),
          Map.entry("sys_topics.interval", "C18SystemTopicsTest"),
          Map.entry("sys_topics.client_events", "C18SystemTopicsTest"),
          Map.entry("sys_topics.node", "C18SystemTopicsTest"),
          Map.entry("mqtt.max_sessions", "C16ClausesTest"),
          Map.entry("log.dir", "LogOutputsTest"),
          Map.entry("log.file", "LogOutputsTest"),
          Map.entry("log.format", "LogOutputsTest"),
          Map.entry("log.level", "LogOutputsTest"),
          Map.entry("log.rotation.count", "LogOutputsTest"),
          Map.entry("log.rotation.size", "LogOutputsTest"),
          Map.entry("log.to", "LogOutputsTest"),
          Map.entry("log.uds_addr", "LogOutputsTest"),
          Map.entry("log.stdout", "LogConfTest"),
          Map.entry("log.syslog", "LogConfTest"),
          Map.entry("auth.no_match", "C21AccessTest"),
          Map.entry("auth.deny_action", "C21AccessTest"),
          Map.entry("auth.acl.enable", "AclBinderTest"),
          Map.entry("auth.acl.revoked", "C21AccessChangeTest"),
          Map.entry("auth.acl.api", "ApiAccessTest"),
          Map.entry("auth.acl.rules.<n>.permit", "C21AccessTest"),
          Map.entry("auth.acl.rules.<n>.action", "C21AccessTest"),
          Map.entry("auth.acl.rules.<n>.topics", "C21AccessTest"),
          Map.entry("auth.cache.enable", "ClientAccessTest"),
          Map.entry("auth.cache.max_size", "ClientAccessTest"),
          Map.entry("auth.cache.ttl", "C24AccessBackEndTest"),
          Map.entry("acl_set.<name>.rule.<n>", "AclBinderTest"),
          Map.entry("auth.acl_sets.<name>.no_match", "AclBinderTest"),
          Map.entry("listeners.tcp.auth.acl", "ApiAccessTest"),
          Map.entry("listeners.tcp.<name>.auth.acl", "AclBinderTest"),
          Map.entry("listeners.ssl.auth.acl", "AclBinderTest"),
          Map.entry("listeners.ssl.<name>.auth.acl", "AclBinderTest"),
          Map.entry("listeners.ws.auth.acl", "C21AccessTest"),
          Map.entry("listeners.ws.<name>.auth.acl", "AclBinderTest"),
          Map.entry("listeners.wss.auth.acl", "AclBinderTest"),
          Map.entry("listeners.wss.<name>.auth.acl", "AclBinderTest"),
          Map.entry("acl_enable", "AclBinderTest"),
          Map.entry("acl_nomatch", "AclBinderTest"),
          Map.entry("acl_deny_action", "AclBinderTest"),
          Map.entry("acl.rule.<n>", "C21AccessTest"),
          Map.entry("auth.revoked", "C20AuthenticationTest"),
          Map.entry("auth.certificate_user", "C15CertificateUserTest"),
          Map.entry("system.parallel", "HttpBackendTest"),
          Map.entry("auth.http_auth.enable", "C21HttpAuthTest"),
          Map.entry("auth.http_auth.timeout", "HttpBackendTest"),
          Map.entry("auth.http_auth.connect_timeout", "HttpBackendTest"),
          Map.entry("auth.http_auth.pool_size", "HttpBackendTest"),
          Map.entry("auth.http_auth.cache_ttl", "HttpBackendTest"),
          Map.entry("auth.http_auth.on_error", "C21HttpAuthTest"),
          Map.entry("listeners.ssl.auth.links", "ChainBinderTest"),
          Map.entry("listeners.ssl.auth.allow_anonymous", "ChainBinderTest"),
          Map.entry("listeners.ws.auth.links", "ChainBinderTest"),
          Map.entry("listeners.ws.auth.allow_anonymous", "C20AuthenticationTest"),
          Map.entry("listeners.wss.auth.links", "ChainBinderTest"),
          Map.entry("listeners.wss.auth.allow_anonymous", "ChainBinderTest"),
          Map.entry("listeners.tcp.<name>.auth.links", "ChainBinderTest"),
          Map.entry("listeners.tcp.<name>.auth.allow_anonymous", "ChainBinderTest"),
          Map.entry("listeners.ssl.<name>.auth.links", "ChainBinderTest"),
          Map.entry("listeners.ssl.<name>.auth.allow_anonymous", "ChainBinderTest"),
          Map.entry("listeners.ws.<name>.auth.links", "ChainBinderTest"),
          Map.entry("listeners.ws.<name>.auth.allow_anonymous", "ChainBinderTest"),
          Map.entry("listeners.wss.<name>.auth.links", "ChainBinderTest"),
          Map.entry("listeners.wss.<name>.auth.allow_anonymous", "ChainBinderTest"),
          Map.entry("mqtt.rate.messages", "RateWatchTest, which brings its own time"),
          Map.entry("mqtt.rate.bytes", "RateWatchTest"),
          Map.entry("mqtt.rate.action", "RateWatchTest"),
          Map.entry("mqtt.rate.deliveries", "DeliveryRateTest"),
          Map.entry("mqtt.max_bytes_per_user", "C20QuotaTest"),
          Map.entry("flapping_detect.max_count", "C20BanTest"),
          Map.entry("flapping_detect.window_time", "BanListTest"),
          Map.entry("flapping_detect.ban_time", "BanListTest"),
          Map.entry("http_server.redact_secrets", "ApiConfigurationTest"));

  /** FormerKeysTest: they count as the keys do that took their place. */
  private static final Set<String> FORMER = FormerKeys.SUCCESSORS.keySet();

  /** C30PresetTest shows what they do. */
  private static final String PRESETS = "preset.";

  /** C22BridgeTest, C23BridgeTlsTest and ConnectPacketTest show what they do. */
  private static final String BRIDGES = "bridges.mqtt.";

  /** C26WebhookTest shows what they do. */
  private static final Pattern WEBHOOKS = Pattern.compile("web\\.?hook\\..*");

  /** C27RulesTest, RuleDatabasesTest and C29RewriteTest show what they do. */
  private static final Pattern RULES = Pattern.compile("(rules?[._]|rewrite\\.).*");

  /** AccessRulesTest has each of them. */
  private static final String CLIENTS_OF_RULES =
      "auth\\.acl\\.rules\\..*\\.(username|clientid|ipaddr)|auth\\.acl_sets\\.<name>\\.rules\\..*";

  private HotKeysElsewhere() {}

  /** Whether it is one of many whose section has a test. */
  static boolean isOfGroup(String key) {
    return OF_REQUESTS.matcher(key).matches()
        || key.matches(CLIENTS_OF_RULES)
        || key.startsWith(BRIDGES)
        || key.startsWith(PRESETS)
        || FORMER.contains(key)
        || WEBHOOKS.matcher(key).matches()
        || RULES.matcher(key).matches();
  }
}
