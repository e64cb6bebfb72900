package io.nanomq.api.publish;

import io.nanomq.api.json.ApiDone;
import io.nanomq.api.json.ApiError;
import io.nanomq.api.json.ApiException;
import io.nanomq.api.json.JsonBody;
import io.nanomq.api.json.ResultCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
   * @throws ApiException 400/109 where the body is no array of objects, 400/108 where it has more
   *     than {@value #MAX}
   */
  static CompletionStage<BatchView> run(
      byte[] body, Function<Map<String, @Nullable Object>, CompletionStage<ApiDone>> action) {
    List<Map<String, @Nullable Object>> elements = JsonBody.objects(body);
    if (elements.size() > MAX) {
      throw ApiException.badParameter("More than " + MAX + " elements in one batch");
    }
    if (elements.stream().mapToLong(Fields::topicsIn).sum() > MAX) {
      throw ApiException.badParameter("More than " + MAX + " topics in one batch");
    }
    var items = new ArrayList<CompletableFuture<BatchView.Item>>();
    for (Map<String, @Nullable Object> element : elements) {
      items.add(begin(element, action).toCompletableFuture());
    }
    return CompletableFuture.allOf(items.toArray(CompletableFuture[]::new))
        .thenApply(done -> view(items));
  }

  private static BatchView view(List<CompletableFuture<BatchView.Item>> items) {
    return new BatchView(
        items.stream().map(CompletableFuture::join).toList(), ResultCode.SUCCEED.code());
  }

  private static CompletionStage<BatchView.Item> begin(
      Map<String, @Nullable Object> element,
      Function<Map<String, @Nullable Object>, CompletionStage<ApiDone>> action) {
    try {
      return action.apply(element).handle((done, failure) -> item(element, failure));
    } catch (ApiException e) {
      return CompletableFuture.completedFuture(item(element, e));
    }
  }

  private static BatchView.Item item(
      Map<String, @Nullable Object> element, @Nullable Throwable failure) {
    ApiError error = failure == null ? null : error(failure);
    return new BatchView.Item(
        element.get("clientid") instanceof String id ? id : null,
        topic(element),
        error == null ? ResultCode.SUCCEED.code() : error.code(),
        error == null ? null : error.message());
  }

  private static @Nullable String topic(Map<String, @Nullable Object> element) {
    Object topic = element.get("topic") == null ? element.get("topics") : element.get("topic");
    return topic instanceof String text ? text : null;
  }

  private static ApiError error(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof ApiException e ? e.error() : ApiError.of(ResultCode.RPC_ERROR);
  }
}
