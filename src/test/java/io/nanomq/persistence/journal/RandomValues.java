package io.nanomq.persistence.journal;

import io.nanomq.packet.Connect;
import io.nanomq.packet.ConnectProperties;
import io.nanomq.packet.EnhancedAuth;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.Subscription;
import io.nanomq.packet.TopicName;
import io.nanomq.packet.Will;
import io.nanomq.persistence.DeliveryOptions;
import io.nanomq.persistence.GroupName;
import io.nanomq.persistence.SessionRecord;
import java.util.Random;

/** Values of all kinds that records are made of, by chance. */
final class RandomValues {
  private static final int[] LENGTHS = {0, 1, 20, 127, 128, 300};

  private final Random random;

  RandomValues(Random random) {
    this.random = random;
  }

  private byte[] bytes() {
    byte[] bytes = new byte[LENGTHS[random.nextInt(LENGTHS.length)]];
    random.nextBytes(bytes);
    return bytes;
  }

  private String text() {
    return random.nextInt(8) == 0 ? "Straße/\u65e5\u672c" : "t" + random.nextInt(100);
  }

  /** A number that small bounds do not hide. */
  private long number(long most) {
    return switch (random.nextInt(4)) {
      case 0 -> 0;
      case 1 -> most;
      default -> (long) (random.nextDouble() * most);
    };
  }

  PublishMessage message(String topic) {
    long expires = random.nextBoolean() ? PublishMessage.NEVER : number(1L << 40);
    var message =
        new PublishMessage(
            TopicName.of(topic),
            random.nextInt(40) == 0 ? new byte[20_000] : bytes(),
            random.nextInt(3) == 0 ? bytes() : new byte[0],
            random.nextInt(3),
            random.nextBoolean(),
            expires);
    return random.nextBoolean() ? message : message.by(text());
  }

  PublishMessage message() {
    return message(text());
  }

  DeliveryOptions delivery() {
    int[] identifiers = random.nextInt(3) > 0 ? null : new int[1 + random.nextInt(3)];
    if (identifiers != null) {
      for (int i = 0; i < identifiers.length; i++) {
        identifiers[i] = 1 + (int) number(268_435_454);
      }
    }
    GroupName group = random.nextInt(4) == 0 ? GroupName.of("$share/g/" + text()) : null;
    String topic = random.nextInt(4) == 0 ? text() : null;
    return new DeliveryOptions(
        1 + random.nextInt(2), random.nextBoolean(), identifiers, group, topic);
  }

  Subscription subscription() {
    return new Subscription(
        text() + (random.nextBoolean() ? "/#" : ""),
        random.nextInt(3),
        random.nextBoolean(),
        random.nextBoolean(),
        random.nextInt(3),
        (int) number(268_435_455));
  }

  SessionRecord session(String clientId) {
    var properties =
        new ConnectProperties(
            number(Connect.NEVER_EXPIRES),
            1 + (int) number(65_534),
            (int) number(Integer.MAX_VALUE),
            (int) number(65_535),
            random.nextBoolean(),
            random.nextBoolean(),
            random.nextBoolean(),
            random.nextInt(4) == 0 ? new EnhancedAuth("SCRAM-SHA-256", null) : null);
    var connect =
        new Connect(
            3 + random.nextInt(3),
            clientId,
            random.nextBoolean(),
            random.nextInt(65_536),
            random.nextBoolean() ? null : text(),
            null,
            random.nextBoolean() ? null : will(),
            properties);
    return new SessionRecord(
        connect,
        1 + number(Connect.NEVER_EXPIRES - 1),
        random.nextInt(65_536),
        new SessionRecord.Owner(random.nextBoolean() ? null : text(), "file", "tcp", ""));
  }

  private Will will() {
    return new Will(
        TopicName.of(text()),
        bytes(),
        random.nextBoolean() ? bytes() : new byte[0],
        random.nextInt(3),
        random.nextBoolean(),
        number(0xFFFF_FFFFL),
        random.nextBoolean() ? -1 : number(0xFFFF_FFFFL));
  }
}
