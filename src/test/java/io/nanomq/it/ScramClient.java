package io.nanomq.it;

import com.hivemq.client.mqtt.datatypes.MqttUtf8String;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientConfig;
import com.hivemq.client.mqtt.mqtt5.auth.Mqtt5EnhancedAuthMechanism;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5Auth;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5AuthBuilder;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5EnhancedAuthBuilder;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5Disconnect;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** SCRAM-SHA-256 as a client does it, RFC 5802 section 5; also checks what the server shows. */
final class ScramClient implements Mqtt5EnhancedAuthMechanism {
  private static final String NONCE = "fyko+d2lbbFgONRv9qkxdawL";

  private final String user;
  private final String password;
  private String first;
  private String expected;

  ScramClient(String user, String password) {
    this.user = user;
    this.password = password;
  }

  /** The client's first message. */
  byte[] begin() {
    first = "n=" + user.replace("=", "=3D").replace(",", "=2C") + ",r=" + NONCE;
    return utf8("n,," + first);
  }

  /** The client's last message, in answer to the server's challenge. */
  byte[] prove(byte[] challenge) {
    String server = new String(challenge, StandardCharsets.UTF_8);
    String[] parts = server.split(",");
    String nonce = parts[0].substring(2);
    if (!nonce.startsWith(NONCE) || nonce.length() < NONCE.length() + 16) {
      throw new AssertionError(server);
    }
    byte[] salt = Base64.getDecoder().decode(parts[1].substring(2));
    int iterations = Integer.parseInt(parts[2].substring(2));
    String last = "c=biws,r=" + nonce;
    byte[] message = utf8(first + "," + server + "," + last);
    try {
      byte[] salted =
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
              .generateSecret(new PBEKeySpec(password.toCharArray(), salt, iterations, 256))
              .getEncoded();
      byte[] key = hmac(salted, utf8("Client Key"));
      byte[] signature = hmac(MessageDigest.getInstance("SHA-256").digest(key), message);
      for (int i = 0; i < key.length; i++) {
        key[i] ^= signature[i];
      }
      byte[] shown = hmac(hmac(salted, utf8("Server Key")), message);
      expected = "v=" + Base64.getEncoder().encodeToString(shown);
      return utf8(last + ",p=" + Base64.getEncoder().encodeToString(key));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether the server has shown that it knows the password. */
  boolean isRight(byte[] signature) {
    return expected != null && expected.equals(new String(signature, StandardCharsets.UTF_8));
  }

  private static byte[] hmac(byte[] key, byte[] message) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(message);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] bytes(ByteBuffer data) {
    byte[] all = new byte[data.remaining()];
    data.duplicate().get(all);
    return all;
  }

  // ---- for HiveMQ's client

  @Override
  public MqttUtf8String getMethod() {
    return MqttUtf8String.of("SCRAM-SHA-256");
  }

  @Override
  public int getTimeout() {
    return 60;
  }

  @Override
  public CompletableFuture<Void> onAuth(
      Mqtt5ClientConfig client, Mqtt5Connect connect, Mqtt5EnhancedAuthBuilder auth) {
    auth.data(begin());
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<Void> onReAuth(Mqtt5ClientConfig client, Mqtt5AuthBuilder auth) {
    auth.data(begin());
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<Boolean> onContinue(
      Mqtt5ClientConfig client, Mqtt5Auth auth, Mqtt5AuthBuilder builder) {
    builder.data(prove(bytes(auth.getData().orElseThrow())));
    return CompletableFuture.completedFuture(true);
  }

  @Override
  public CompletableFuture<Boolean> onAuthSuccess(Mqtt5ClientConfig client, Mqtt5ConnAck connAck) {
    byte[] shown = bytes(connAck.getEnhancedAuth().orElseThrow().getData().orElseThrow());
    return CompletableFuture.completedFuture(isRight(shown));
  }

  @Override
  public CompletableFuture<Boolean> onReAuthSuccess(Mqtt5ClientConfig client, Mqtt5Auth auth) {
    return CompletableFuture.completedFuture(isRight(bytes(auth.getData().orElseThrow())));
  }

  @Override
  public void onAuthRejected(Mqtt5ClientConfig client, Mqtt5ConnAck connAck) {}

  @Override
  public void onReAuthRejected(Mqtt5ClientConfig client, Mqtt5Disconnect disconnect) {}

  @Override
  public void onAuthError(Mqtt5ClientConfig client, Throwable cause) {}

  @Override
  public void onReAuthError(Mqtt5ClientConfig client, Throwable cause) {}
}
