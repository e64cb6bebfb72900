package io.nanomq.rule;

import io.nanomq.backend.HttpLoops;
import io.nanomq.memory.Budget;
import io.nanomq.outgoing.Outgoing;
import io.nanomq.sink.SinkFigures;
import io.nanomq.webhook.JsonPosts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Web servers that rules post to, one for all rules with the same address. Not thread-safe. */
final class WebServers implements AutoCloseable {
  private final Budget memory;
  private final Outgoing outgoing;
  private final HttpLoops loops = new HttpLoops();
  private final SinkFigures figures = new SinkFigures();
  private final Map<String, JsonPosts> open = new LinkedHashMap<>();
  private final Set<JsonPosts> ending = ConcurrentHashMap.newKeySet();

  WebServers(Budget memory, Outgoing outgoing) {
    this.memory = memory;
    this.outgoing = outgoing;
  }

  SinkFigures figures() {
    return figures;
  }

  JsonPosts get(String url) {
    return open.computeIfAbsent(
        url, address -> new JsonPosts(address, loops.get(), memory, figures, outgoing));
  }

  /** Others go when what waits for them is told. */
  void keep(Set<String> used) {
    List<String> gone = new ArrayList<>(open.keySet());
    gone.removeAll(used);
    for (String url : gone) {
      JsonPosts posts = open.remove(url);
      if (posts != null) {
        ending.add(posts);
        posts.end().whenComplete((done, failure) -> ending.remove(posts));
      }
    }
  }

  /** Drops what waits. */
  @Override
  public void close() {
    open.values().forEach(JsonPosts::close);
    ending.forEach(JsonPosts::close);
    loops.close();
  }
}
