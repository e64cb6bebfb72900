package io.nanomq.persistence.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.journal.RecordBuffer;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.Subscription;
import io.nanomq.packet.TopicName;
import io.nanomq.persistence.DeliveryOptions;
import io.nanomq.persistence.SessionRecord;
import io.nanomq.persistence.StoreClock;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecordFormatsTest {
  private static final int VALUES = 2_000;
  private static final StoreClock CLOCK = new StoreClock(() -> 5_000_000_000L, () -> 1_000);

  private final Random random = new Random(7);
  private final RandomValues values = new RandomValues(random);
  private final RecordBuffer buffer = new RecordBuffer(16);

  private RecordReader written() {
    return RecordReader.ofValues(Arrays.copyOf(buffer.bytes(), buffer.length()));
  }

  @Test
  void messagesAreReadAsTheyWereWritten() {
    for (int i = 0; i < VALUES; i++) {
      buffer.clear();
      PublishMessage message = values.message();
      MessageFormat.write(buffer, message, CLOCK);
      RecordReader in = written();
      assertThat(StoreText.message(MessageFormat.read(in, CLOCK)))
          .isEqualTo(StoreText.message(message));
      assertThat(in.rest()).isEmpty();
    }
  }

  @Test
  void aClockThatIsSetBackMakesNoMessageLastLonger() {
    var now = new long[] {5_000_000_000L, 1_000};
    StoreClock clock = new StoreClock(() -> now[0], () -> now[1]);
    PublishMessage message =
        new PublishMessage(TopicName.of("t"), new byte[1], new byte[0], 1, false, 61_000);
    MessageFormat.write(buffer, message, clock);
    now[1] += 10_000;
    now[0] += 10_000;
    assertThat(MessageFormat.read(written(), clock).expiresAtMillis()).isEqualTo(61_000);
    now[0] -= 86_400_000;
    assertThat(MessageFormat.read(written(), clock).expiresAtMillis()).isEqualTo(71_000);
    now[0] += 2 * 86_400_000;
    assertThat(MessageFormat.read(written(), clock).isExpired(now[1])).isTrue();
  }

  @Test
  void sessionsAreReadAsTheyWereWritten() {
    for (int i = 0; i < VALUES; i++) {
      buffer.clear();
      SessionRecord record = values.session("client" + i);
      SessionFormat.write(buffer, record);
      RecordReader in = written();
      boolean settled = random.nextBoolean();
      SessionRecord read = SessionFormat.read(in, record.expirySeconds(), settled);
      var connect = settled ? record.connect().withoutWill() : record.connect();
      assertThat(StoreText.connect(read.connect())).isEqualTo(StoreText.connect(connect));
      assertThat(read.owner()).isEqualTo(record.owner());
      assertThat(read.keepAliveSeconds()).isEqualTo(record.keepAliveSeconds());
      assertThat(read.expirySeconds()).isEqualTo(record.expirySeconds());
      assertThat(in.rest()).isEmpty();
    }
  }

  @Test
  void subscriptionsAreReadAsTheyWereWritten() {
    for (int i = 0; i < VALUES; i++) {
      buffer.clear();
      Subscription subscription = values.subscription();
      SubscriptionFormat.write(buffer, 1L << 40, subscription);
      RecordReader in = new RecordReader(buffer.bytes(), buffer.length());
      assertThat(in.next()).isTrue();
      assertThat(in.type()).isEqualTo(RecordType.SUBSCRIBED);
      assertThat(in.size()).isEqualTo(buffer.length());
      assertThat(in.readVar()).isEqualTo(1L << 40);
      assertThat(SubscriptionFormat.read(in.readString(), in)).isEqualTo(subscription);
      assertThat(in.next()).isFalse();
    }
  }

  @Test
  void deliveriesAreReadAsTheyWereWritten() {
    for (int i = 0; i < VALUES; i++) {
      buffer.clear();
      DeliveryOptions delivery = values.delivery();
      DeliveryFormat.write(buffer, delivery);
      assertThat(DeliveryFormat.read(written()))
          .usingRecursiveComparison()
          .usingOverriddenEquals()
          .isEqualTo(delivery);
    }
  }

  @Test
  void whatIsSentAsItIsQueuedIsOneRecord() {
    PublishMessage message = values.message();
    for (int packetId : new int[] {1, 127, 128, 16_383, 16_384, 65_535, (1 << 24) - 1}) {
      DeliveryOptions delivery = values.delivery();
      buffer.clear();
      Records.numbers(buffer, RecordType.RECEIVED, 1, 1);
      int start = buffer.length();
      int at = RecordWriter.queued(buffer, 300, 5, 1L << 40, message, delivery, CLOCK);
      RecordWriter.sent(buffer, start, at, packetId);
      Records.numbers(buffer, RecordType.SETTLED, 300, 4);
      RecordReader in = new RecordReader(buffer.bytes(), buffer.length());
      assertThat(in.next() && in.next()).isTrue();
      assertThat(in.type()).isEqualTo(RecordType.QUEUED);
      assertThat(new long[] {in.readVar(), in.readVar(), in.readVar(), in.readByte()})
          .containsExactly(300, 5, 1L << 40, 0);
      assertThat(in.readVar()).isEqualTo(packetId);
      assertThat(DeliveryFormat.read(in))
          .usingRecursiveComparison()
          .usingOverriddenEquals()
          .isEqualTo(delivery);
      assertThat(in.rest()).isEmpty();
      assertThat(in.next()).isTrue();
      assertThat(in.type()).isEqualTo(RecordType.SETTLED);
      assertThat(in.readVar()).isEqualTo(300);
    }
  }

  @Test
  void numbersOfAnySizeAreReadAsTheyWereWritten() {
    long[] numbers = {0, 1, 127, 128, 16_383, 16_384, 1L << 35, Long.MAX_VALUE, -1, Long.MIN_VALUE};
    for (long number : numbers) {
      Records.numbers(buffer, RecordType.SETTLED, number, number, number);
    }
    RecordReader in = new RecordReader(buffer.bytes(), buffer.length());
    for (long number : numbers) {
      assertThat(in.next()).isTrue();
      for (int i = 0; i < 3; i++) {
        assertThat(in.readVar()).isEqualTo(number);
      }
    }
    assertThat(in.next()).isFalse();
  }
}
