package io.nanomq;

import com.fasterxml.jackson.databind.JsonNode;
import io.nanomq.ControlCommand.FileFailure;
import io.nanomq.config.setting.ConfException;
import io.nanomq.control.ConfInputs;
import io.nanomq.control.ConfSource;
import io.quarkus.runtime.util.ExceptionUtil;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * {@code nanomq export|import FILE ...}: sessions and retained messages of the broker of the same
 * command line, through its HTTP API, to a file or from one.
 */
record TransferCommand(ControlCommand broker, Path file, PrintStream out) {
  private static final Set<String> COMMANDS = Set.of("export", "import");
  private static final String EXPORT = "/api/v4/export";
  private static final String IMPORT = "/api/v4/import";
  private static final long TELL_MILLIS = 2_000;

  static boolean isIn(String[] args) {
    return ControlCommand.in(args, COMMANDS).isPresent();
  }

  /**
   * Does it.
   *
   * @return what the process ends with: 1 where something was not imported, too
   */
  static int run(String[] args, PrintStream out, PrintStream err) {
    List<String> rest = new ArrayList<>(List.of(args));
    boolean dry = rest.remove("--dry-run");
    boolean replaces = rest.remove("--replace");
    int at = (int) rest.stream().takeWhile(ControlCommand.PREFIXES::contains).count();
    String word = rest.get(at);
    if (at + 1 >= rest.size() || rest.get(at + 1).startsWith("-")) {
      err.println("usage: nanomq export FILE, nanomq import FILE [--dry-run] [--replace]");
      return 2;
    }
    Path file = Path.of(rest.remove(at + 1)).toAbsolutePath();
    ConfInputs inputs = ConfInputs.ofProcess(rest.toArray(String[]::new));
    try (ConfSource source = ConfSource.open(inputs)) {
      var conf = source.load().conf();
      var command = new TransferCommand(new ControlCommand(word, conf, 0, out), file, out);
      return word.equals("export") ? command.export() : command.load(dry, replaces);
    } catch (ConfException | IOException failed) {
      ControlCommand.told(word, failed, err);
    }
    return 1;
  }

  private interface Call<T> {
    T with(Vertx vertx, HttpClient client, String authorization) throws IOException;
  }

  private <T> T call(Call<T> call) throws IOException {
    Vertx vertx = ControlCommand.vertx();
    try {
      HttpClient client = broker.client(vertx);
      return call.with(vertx, client, broker.authorization(client));
    } finally {
      vertx.close();
    }
  }

  private static Future<HttpClientRequest> request(
      HttpClient client, HttpMethod method, String path, String authorization) {
    return client
        .request(method, path)
        .map(request -> request.putHeader("Authorization", authorization));
  }

  // ---- export

  private int export() throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    Files.deleteIfExists(part);
    try {
      call(
          (vertx, client, authorization) -> {
            vertx.setPeriodic(
                TELL_MILLIS, any -> out.println(part.toFile().length() + " bytes so far"));
            return broker.await(
                create(vertx, part)
                    .compose(
                        to ->
                            request(client, HttpMethod.GET, EXPORT, authorization)
                                .compose(HttpClientRequest::send)
                                .compose(answer -> write(answer, to))));
          });
      try (FileChannel whole = FileChannel.open(part, StandardOpenOption.WRITE)) {
        whole.force(true);
      }
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException failed) {
      // Half of it is of no use, and the disk may be full.
      Files.deleteIfExists(part);
      throw failed;
    }
    out.println(file + " is made: " + file.toFile().length() + " bytes");
    return 0;
  }

  /** At once: an answer that breaks off while nobody looks is told to nobody. */
  private Future<Void> write(HttpClientResponse answer, AsyncFile to) {
    return answer.statusCode() == 200
        ? answer.pipeTo(to).recover(this::ofFile)
        : broker.success(answer).mapEmpty();
  }

  /** Who looks for a broker that does not answer would look at the wrong place. */
  private <T> Future<T> ofFile(Throwable why) {
    Throwable root = ExceptionUtil.getRootCause(why);
    // What sockets throw is of a kind of its own.
    boolean isOfFile = root.getClass() == IOException.class || root instanceof FileSystemException;
    return Future.failedFuture(
        isOfFile
            ? new FileFailure(file + " cannot be written: " + ControlCommand.reason(root))
            : why);
  }

  private Future<AsyncFile> create(Vertx vertx, Path part) {
    var options = new OpenOptions().setCreateNew(true).setRead(false);
    if (File.separatorChar == '/') {
      options.setPerms("rw-------");
    }
    return vertx.fileSystem().open(part.toString(), options).recover(this::ofFile);
  }

  // ---- import

  private int load(boolean dry, boolean replaces) throws IOException {
    if (!Files.isReadable(file)) {
      throw new IOException(file + " cannot be read");
    }
    String path = IMPORT + "?dry_run=" + dry + (replaces ? "&existing=replace" : "&existing=skip");
    JsonNode answer =
        call(
            (vertx, client, authorization) -> {
              long told =
                  vertx.setPeriodic(TELL_MILLIS, any -> tellProgress(client, authorization));
              JsonNode answered = broker.await(send(vertx, client, path, authorization));
              vertx.cancelTimer(told);
              return answered;
            });
    return tell(answer.path("data"), dry);
  }

  private Future<JsonNode> send(Vertx vertx, HttpClient client, String path, String authorization) {
    return vertx
        .fileSystem()
        .open(file.toString(), new OpenOptions().setWrite(false).setCreate(false))
        .compose(
            content ->
                request(client, HttpMethod.POST, path, authorization)
                    .compose(request -> request.send(content))
                    .compose(broker::success));
  }

  private void tellProgress(HttpClient client, String authorization) {
    request(client, HttpMethod.GET, IMPORT, authorization)
        .compose(HttpClientRequest::send)
        .compose(broker::success)
        .onSuccess(answer -> out.println(answer.path("data").get("lines") + " lines so far"));
  }

  /** Everything that was not imported is said, as far as it is known. */
  private int tell(JsonNode data, boolean dry) {
    JsonNode refused = data.path("refused");
    lines(data.path("skipped_lines"), "skipped");
    lines(refused, "refused");
    out.printf(
        "%s lines: %s %s, skipped %s, refused %d%n",
        data.get("lines"),
        dry ? "could be imported" : "imported",
        data.get("imported"),
        data.get("skipped"),
        refused.size());
    String failure = data.path("failure").asText();
    return tellFailure(failure) && refused.isEmpty() ? 0 : 1;
  }

  /**
   * @return whether there is none
   */
  private boolean tellFailure(String failure) {
    if (!failure.isEmpty()) {
      out.println("It ended early: " + failure);
    }
    return failure.isEmpty();
  }

  private void lines(JsonNode lines, String what) {
    for (JsonNode line : lines) {
      out.printf("line %s %s: %s%n", line.get("line"), what, line.path("why").asText());
    }
  }
}
