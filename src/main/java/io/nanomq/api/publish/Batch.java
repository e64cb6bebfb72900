package io.nanomq.api.publish;

import com.fasterxml.jackson.databind.JsonNode;
import io.nanomq.api.json.ApiDone;
import io.nanomq.api.json.ApiError;
import io.nanomq.api.json.ApiException;
import io.nanomq.api.json.JsonBody;
import io.nanomq.api.json.ResultCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Does the same for each element of an array; one that fails does not keep others from it. */
public final class Batch {
  /** Elements of one request, and topics of all of them together. */
  public static final int MAX = 1000;

  private Batch() {}

  /**
   * Begins with all elements in their order.
   *
   * @param type what each element is
   * @throws ApiException 400/109 where the body is no array of objects, 400/108 where it has more
   *     than {@value #MAX}
   */
  static <T> CompletionStage<BatchView> run(
      byte[] body, Class<T> type, Function<T, CompletionStage<ApiDone>> action) {
    List<JsonNode> elements = JsonBody.objects(body);
    if (elements.size() > MAX) {
      throw ApiException.badParameter("More than " + MAX + " elements in one batch");
    }
    if (elements.stream().mapToLong(Batch::topicsIn).sum() > MAX) {
      throw ApiException.badParameter("More than " + MAX + " topics in one batch");
    }
    var items = new ArrayList<CompletableFuture<BatchView.Item>>();
    for (JsonNode element : elements) {
      items.add(begin(element, type, action).toCompletableFuture());
    }
    return CompletableFuture.allOf(items.toArray(CompletableFuture[]::new))
        .thenApply(done -> view(items));
  }

  // At a glance and unchecked.
  private static long topicsIn(JsonNode element) {
    JsonNode several = element.path("topics");
    long count = element.hasNonNull("topic") ? 1 : 0;
    return several.isTextual()
        ? count + 1 + several.textValue().chars().filter(c -> c == ',').count()
        : count + several.size();
  }

  private static BatchView view(List<CompletableFuture<BatchView.Item>> items) {
    return new BatchView(
        items.stream().map(CompletableFuture::join).toList(), ResultCode.SUCCEED.code());
  }

  private static <T> CompletionStage<BatchView.Item> begin(
      JsonNode element, Class<T> type, Function<T, CompletionStage<ApiDone>> action) {
    try {
      return action
          .apply(JsonBody.convert(element, type))
          .handle((done, failure) -> item(element, failure));
    } catch (ApiException e) {
      return CompletableFuture.completedFuture(item(element, e));
    }
  }

  private static BatchView.Item item(JsonNode element, @Nullable Throwable failure) {
    ApiError error = failure == null ? null : error(failure);
    return new BatchView.Item(
        element.path("clientid").textValue(),
        element.path(element.hasNonNull("topic") ? "topic" : "topics").textValue(),
        error == null ? ResultCode.SUCCEED.code() : error.code(),
        error == null ? null : error.message());
  }

  private static ApiError error(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof ApiException e ? e.error() : ApiError.of(ResultCode.RPC_ERROR);
  }
}
