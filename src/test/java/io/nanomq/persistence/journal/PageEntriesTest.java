package io.nanomq.persistence.journal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PageEntriesTest {
  private final Rows rows = new Rows(true, new IndexMemory(Long.MAX_VALUE));
  private final StoredMessages messages = new StoredMessages(new IndexMemory(Long.MAX_VALUE));

  private PageEntries page(int from, int count) {
    PageEntries page = new PageEntries(1, 1_000);
    fill(page, from, count);
    return page;
  }

  private void fill(PageEntries page, int from, int count) {
    for (int key = from; key < from + count; key++) {
      rows.put(key);
      page.add(rows, messages);
    }
  }

  private static void check(PageEntries page, int from, int count) {
    assertThat(page.size).isEqualTo(count);
    for (int i = 0; i < count; i++) {
      assertThat(page.sequences[i]).isEqualTo(from + i);
    }
  }

  @Test
  void theNextPageTakesThePlacesOfOneThatIsRead() {
    PageEntries read = page(1, 100);
    long[] places = read.sequences;
    PageEntries next = new PageEntries(1, 1_000);
    next.reuse(read);
    fill(next, 101, 50);
    assertThat(next.sequences).isSameAs(places);
    check(next, 101, 50);
    assertThat(read.sequences).as("it has them no more").isEmpty();
  }

  @Test
  void itGrowsFurtherThanThat() {
    PageEntries next = new PageEntries(1, 1_000);
    next.reuse(page(1, 10));
    fill(next, 11, 200);
    check(next, 11, 200);
  }

  @Test
  void thePlacesOfAVeryLargePageAreNotKept() {
    PageEntries next = new PageEntries(1, 1_000);
    next.reuse(page(1, 20_000));
    assertThat(next.sequences).isEmpty();
    fill(next, 30_000, 3);
    check(next, 30_000, 3);
  }
}
