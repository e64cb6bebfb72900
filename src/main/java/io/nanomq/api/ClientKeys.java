package io.nanomq.api;

import io.nanomq.api.list.JsonList;
import io.nanomq.api.list.ListRequest;
import io.nanomq.api.list.ListTable;
import io.nanomq.api.list.ListWork;
import io.nanomq.api.list.Page;
import io.nanomq.api.list.Selection;
import io.nanomq.loop.BatchReader;
import io.nanomq.session.ClientSnapshot;
import io.nanomq.session.SessionRegistry;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lists of clients that are sorted or paged. Of each client only a key is kept while they are
 * sorted, then the clients of the page are read: a client that has gone in between is left out.
 * Where nothing but client identifiers decides, the event loops are asked about the page only, and
 * in the list's own order nothing else is looked at.
 */
record ClientKeys(SessionRegistry sessions, ListWork work) {
  private static final int BATCH = 1024;

  /** What is kept of one client: 24 bytes, since the texts are the session's own. */
  private record Key(Comparable<?> value, String clientId) {}

  CompletionStage<JsonList<ClientSnapshot>> answer(ListRequest<ClientSnapshot> asked) {
    ListTable.Sort<ClientSnapshot> sort = asked.sort();
    if (isById(asked) && (sort == null || !sort.isDescending())) {
      return CompletableFuture.completedFuture(inOrder(asked));
    }
    Comparator<Key> order =
        sort == null
            ? Comparator.comparing(Key::clientId)
            : Comparator.<Key, Comparable<?>>comparing(Key::value, sort.order())
                .thenComparing(Key::clientId);
    var selection = new Selection<>(order, asked.page());
    return work.each(() -> keys(asked, sort), selection::add)
        .thenApply(done -> answer(asked, selection));
  }

  private static boolean isById(ListRequest<ClientSnapshot> asked) {
    ListTable.Sort<ClientSnapshot> sort = asked.sort();
    boolean byId = sort == null || sort.column().name().matches("client_?id");
    return byId && !asked.isFiltered();
  }

  private JsonList<ClientSnapshot> inOrder(ListRequest<ClientSnapshot> asked) {
    Page page = asked.page();
    BatchReader<ClientSnapshot> some =
        page == null
            ? sessions.clients(0, Long.MAX_VALUE)
            : sessions.clients(page.skip(), page.limit());
    return asked.stream(some, sessions.size());
  }

  private JsonList<ClientSnapshot> answer(
      ListRequest<ClientSnapshot> asked, Selection<Key> selection) {
    List<String> ids = selection.page().stream().map(Key::clientId).toList();
    return asked.stream(sessions.clients(ids), selection.count());
  }

  private BatchReader<Key> keys(
      ListRequest<ClientSnapshot> asked, ListTable.@Nullable Sort<ClientSnapshot> sort) {
    if (isById(asked)) {
      return BatchReader.of(sessions.clientIds().map(id -> new Key(id, id)).iterator(), BATCH);
    }
    Function<ClientSnapshot, Comparable<?>> key =
        sort == null ? ClientSnapshot::clientId : sort::key;
    BatchReader<ClientSnapshot> all = sessions.clients();
    return () ->
        all.next()
            .thenApply(
                batch ->
                    batch.map(
                        some ->
                            some.stream()
                                .filter(asked.filter())
                                .map(client -> new Key(key.apply(client), client.clientId()))
                                .toList()));
  }
}
