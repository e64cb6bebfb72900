package io.nanomq.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.nanomq.api.list.JsonList;
import io.nanomq.api.list.ListRequest;
import io.nanomq.api.list.ListTable;
import io.nanomq.api.list.ListWork;
import io.nanomq.api.list.Page;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.control.RunningBroker;
import io.nanomq.loop.BatchReader;
import io.nanomq.session.SubscriptionSnapshot;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.extensions.Extension;
import org.jspecify.annotations.Nullable;

/** {@code GET /api/v4/topic-tree}. The elements of this list, and of its pages, are levels. */
@Path(ApiRoutes.ROOT + "/topic-tree")
public class TopicTreeResource {
  private static final int STEPS = 256;

  public static final ListTable<TopicTreeView.Node> TABLE =
      new ListTable<TopicTreeView.Node>()
          .shown("topic", String.class, TopicTreeView.Node::topic)
          .shown("cld_cnt", Integer.class, TopicTreeView.Node::children)
          .shown("clientid", String[].class, TopicTreeView.Node::clientIds);

  private final RunningBroker running;
  private final ListWork work;

  /** One step of the writing of levels: a level begins, has one more node, or ends. */
  private enum Bracket {
    BEGIN,
    END
  }

  private record Step(@Nullable Bracket bracket, TopicTreeView.@Nullable Node node) {}

  public TopicTreeResource(RunningBroker running, ListWork work) {
    this.running = running;
    this.work = work;
  }

  @GET
  @Operation(operationId = "list_topic-tree", summary = "A list of topic-tree in the cluster")
  @Extension(name = ApiRoutes.ERRORS, value = "400/108")
  public CompletionStage<JsonList<?>> tree(@Context UriInfo request) {
    var asked = ListRequest.parse(request, TABLE, Set.of());
    List<SubscriptionSnapshot> all = new ArrayList<>();
    return work.each(() -> running.get().sessions().subscriptions(), all::add)
        .thenApply(done -> answer(asked, new TopicTreeView(all)));
  }

  private static JsonList<?> answer(ListRequest<TopicTreeView.Node> asked, TopicTreeView tree) {
    int levels = tree.levels();
    Page page = asked.page();
    IntStream depths = IntStream.range(0, levels);
    if (page != null) {
      depths = depths.skip(page.skip()).limit(page.limit());
    }
    Iterator<Step> steps = depths.boxed().flatMap(depth -> steps(tree, depth)).iterator();
    return new JsonList<>(
        page == null ? null : page.meta(levels),
        BatchReader.of(steps, STEPS),
        (step, to) -> write(step, to, asked.row()));
  }

  private static Stream<Step> steps(TopicTreeView tree, int depth) {
    Iterator<TopicTreeView.Node> nodes = tree.level(depth);
    Stream<Step> inner =
        Stream.iterate(nodes, Iterator::hasNext, same -> same)
            .map(each -> new Step(null, each.next()));
    return Stream.of(
            Stream.of(new Step(Bracket.BEGIN, null)), inner, Stream.of(new Step(Bracket.END, null)))
        .flatMap(Function.identity());
  }

  private static void write(Step step, JsonGenerator to, JsonList.Row<TopicTreeView.Node> row)
      throws IOException {
    if (step.node() != null) {
      row.write(step.node(), to);
    } else if (step.bracket() == Bracket.BEGIN) {
      to.writeStartArray();
    } else {
      to.writeEndArray();
    }
  }
}
