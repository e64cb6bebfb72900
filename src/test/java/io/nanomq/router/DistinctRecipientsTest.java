package io.nanomq.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.nanomq.packet.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class DistinctRecipientsTest {
  private static Subscriber subscriber(Recipient recipient, int qos, boolean retain, int id) {
    return new Subscriber(recipient, new Subscription("f", qos, false, retain, 0, id));
  }

  @Test
  void eachRecipientStandsThereOnceWithTheHighestQosAndAllIdentifiers() {
    Recipient a = new RecordingRecipient("a", 0);
    Recipient b = new RecordingRecipient("b", 0);
    DistinctRecipients distinct = new DistinctRecipients();
    distinct.begin();
    distinct.add(subscriber(a, 1, false, 5));
    distinct.add(subscriber(b, 0, false, 0));
    distinct.add(subscriber(a, 2, true, 0));
    distinct.add(subscriber(a, 0, false, 7));
    assertThat(distinct.size()).isEqualTo(2);
    assertThat(distinct.recipient(0)).isSameAs(a);
    assertThat(distinct.qos(0)).isEqualTo(2);
    assertThat(distinct.retain(0)).isTrue();
    assertThat(distinct.identifiers(0)).containsExactly(5, 7);
    assertThat(distinct.recipient(1)).isSameAs(b);
    assertThat(distinct.qos(1)).isZero();
    assertThat(distinct.retain(1)).isFalse();
    assertThat(distinct.identifiers(1)).isNull();
  }

  @Test
  void joiningIdentifiersLeavesThoseOfTheSubscriptionsAlone() {
    Recipient a = new RecordingRecipient("a", 0);
    Subscriber first = subscriber(a, 0, false, 1);
    DistinctRecipients distinct = new DistinctRecipients();
    for (int message = 0; message < 3; message++) {
      distinct.begin();
      distinct.add(first);
      distinct.add(subscriber(a, 0, false, 2));
      assertThat(distinct.identifiers(0)).containsExactly(1, 2);
    }
    assertThat(first.identifiers()).containsExactly(1);
  }

  @Test
  void oneIdentifierIsHandedOnAsTheSubscriptionHasIt() {
    Recipient a = new RecordingRecipient("a", 0);
    Subscriber only = subscriber(a, 0, false, 3);
    DistinctRecipients distinct = new DistinctRecipients();
    distinct.begin();
    distinct.add(only);
    distinct.add(subscriber(a, 0, false, 0));
    assertThat(distinct.identifiers(0)).isSameAs(only.identifiers());
  }

  /** Copied for each one more, these would be hundreds of gigabytes. */
  @Test
  void theIdentifiersOfManyOverlappingFiltersAreJoinedInLinearTime() {
    Recipient a = new RecordingRecipient("a", 0);
    int[] ids = IntStream.rangeClosed(1, 300_000).toArray();
    List<Subscriber> subscribers = new ArrayList<>();
    for (int id : ids) {
      subscribers.add(subscriber(a, 0, false, id));
    }
    DistinctRecipients distinct = new DistinctRecipients();
    distinct.begin();
    assertTimeoutPreemptively(Duration.ofSeconds(5), () -> subscribers.forEach(distinct::add));
    assertThat(distinct.identifiers(0)).isEqualTo(ids);
  }

  @Property(tries = 200)
  void anyNumberOfMessagesAndRecipientsAsAListWouldHaveThem(@ForAll Random random) {
    DistinctRecipients distinct = new DistinctRecipients();
    DistinctRecipients otherLoops = new DistinctRecipients();
    List<Recipient> recipients = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      recipients.add(new RecordingRecipient("r" + i, 0));
    }
    for (int message = 0; message < 10; message++) {
      distinct.begin();
      List<Recipient> order = new ArrayList<>();
      int[] qos = new int[recipients.size()];
      for (int i = random.nextInt(200); i > 0; i--) {
        Recipient one = recipients.get(random.nextInt(recipients.size()));
        Subscriber subscriber = subscriber(one, random.nextInt(3), false, 0);
        distinct.add(subscriber);
        if (!order.contains(one)) {
          order.add(one);
        }
        int at = order.indexOf(one);
        qos[at] = Math.max(qos[at], subscriber.qos());
      }
      assertThat(distinct.size()).isEqualTo(order.size());
      for (int i = 0; i < order.size(); i++) {
        assertThat(distinct.recipient(i)).isSameAs(order.get(i));
        assertThat(distinct.qos(i)).isEqualTo(qos[i]);
      }
      otherLoops.begin();
    }
  }
}
