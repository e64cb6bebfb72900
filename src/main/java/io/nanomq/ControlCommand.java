package io.nanomq;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.nanomq.config.NanomqConf;
import io.nanomq.config.model.HttpServerConf;
import io.nanomq.config.model.HttpServerConf.AuthType;
import io.nanomq.config.setting.ConfException;
import io.netty.handler.ssl.NotSslRecordException;
import io.quarkus.runtime.util.ExceptionUtil;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What {@code bin/nanomq} does to a broker that runs: {@code stop}, {@code restart}, {@code reload}
 * and {@code backup}, through its HTTP API. Address and credentials are those of the configuration
 * that the same command line would start a broker with.
 */
final class ControlCommand {
  /** What may stand before a command. */
  static final Set<String> PREFIXES = Set.of("nanomq", "broker");

  private static final Set<String> LONG = Set.of("backup", "export", "import");
  private static final Set<String> COMMANDS = Set.of("stop", "restart", "reload", "backup");

  /** A restart of many listeners takes a while; the API itself answers at once. */
  private static final int ANSWER_SECONDS = 60;

  /** A large store takes as long as it takes to copy. */
  private static final int BACKUP_SECONDS = 24 * 60 * 60;

  private static final int CONNECT_MILLIS = 5_000;
  private static final int LOOK_MILLIS = 100;
  private static final int NOT_READY = 503;

  /** Beyond stop_timeout the process ends itself. */
  private static final int HANGING_STOP_MILLIS = 10_000;

  private final String name;
  private final HttpServerConf api;
  private final long stopMillis;
  private final int managementPort;
  private final PrintStream out;
  private final JsonMapper mapper =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  ControlCommand(String name, NanomqConf conf, int managementPort, PrintStream out) {
    this.name = name;
    this.api = conf.httpServer();
    this.stopMillis = conf.system().stopTimeoutMillis();
    this.managementPort = managementPort;
    this.out = out;
  }

  /** The command that a command line begins with; empty where it is to start a broker. */
  static Optional<String> in(String[] arguments) {
    return in(arguments, COMMANDS);
  }

  /**
   * One of these, where the command line begins with it; the broker's own names may stand before.
   */
  static Optional<String> in(String[] arguments, Set<String> commands) {
    return List.of(arguments).stream()
        .dropWhile(PREFIXES::contains)
        .findFirst()
        .filter(commands::contains);
  }

  /** Says why a command has failed. */
  static void told(String command, Exception why, PrintStream err) {
    String what = why instanceof ConfException ? "the configuration is broken:\n" : "";
    err.println("nanomq " + command + ": " + what + why.getMessage());
  }

  /**
   * Does what a command says; blocks until it is done.
   *
   * @param conf says where the broker is, and who may tell it
   * @param managementPort where health is asked for; 0 = nobody knows
   * @throws IOException where the broker cannot be reached, or refuses; the message says which
   */
  static void run(String name, NanomqConf conf, int managementPort, PrintStream out)
      throws IOException {
    new ControlCommand(name, conf, managementPort, out).run();
  }

  private void run() throws IOException {
    Vertx vertx = vertx();
    try {
      HttpClient client = client(vertx);
      JsonNode answer = post(client, path(), authorization(client));
      if (name.equals("stop")) {
        awaitEnd(vertx, client);
      }
      out.println(said(answer));
    } finally {
      vertx.close();
    }
  }

  /** Nothing that it reads is to be cached in a folder. */
  static Vertx vertx() {
    return Vertx.vertx(
        new VertxOptions()
            .setEventLoopPoolSize(1)
            .setFileSystemOptions(
                new FileSystemOptions()
                    .setFileCachingEnabled(false)
                    .setClassPathResolvingEnabled(false)));
  }

  /** Of the API. */
  HttpClient client(Vertx vertx) throws IOException {
    if (!api.enable()) {
      throw new IOException("http_server.enable = false, so nobody can be told: send SIGTERM");
    }
    return vertx.createHttpClient(options());
  }

  private String path() {
    return switch (name) {
      case "backup" -> "/backup";
      case "stop" -> "/ctrl/stop";
      default -> "/ctrl/restart";
    };
  }

  private String said(JsonNode answer) {
    return switch (name) {
      case "backup" -> answer.path("data").path("name").asText() + " is made";
      case "stop" -> "stopped";
      default -> "the stored configuration is in force";
    };
  }

  private HttpClientOptions options() throws IOException {
    HttpClientOptions options = at(api.port());
    if (api.isSecure()) {
      options
          .setSsl(true)
          .setVerifyHost(false)
          .setTrustOptions(TrustOptions.wrap(PinnedCertificate.of(api.tls().certFile())));
    }
    return options;
  }

  private HttpClientOptions at(int port) {
    return new HttpClientOptions()
        .setDefaultHost(host())
        .setDefaultPort(port)
        .setConnectTimeout(CONNECT_MILLIS);
  }

  private String host() {
    return switch (api.address()) {
      case "0.0.0.0" -> "127.0.0.1";
      case "::", "[::]" -> "::1";
      default -> api.address();
    };
  }

  /** As whom it asks. */
  String authorization(HttpClient client) throws IOException {
    String pair = api.username() + ":" + api.password();
    String basic =
        "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    if (api.authType() == AuthType.BASIC) {
      return basic;
    }
    if (!api.givesTokens()) {
      throw new IOException(
          "the API takes tokens only, and http_server.jwt.private.keyfile is not set to make one");
    }
    return "Bearer " + post(client, "/login", basic).path("data").path("token").asText();
  }

  /** Posts nothing; answers the body of a success. */
  private JsonNode post(HttpClient client, String path, String authorization) throws IOException {
    return await(
        client
            .request(HttpMethod.POST, "/api/v4" + path)
            .compose(request -> request.putHeader("Authorization", authorization).send())
            .compose(this::success));
  }

  /** The body of a success; fails with what the API says where it refuses. */
  Future<JsonNode> success(HttpClientResponse answer) {
    return answer.body().compose(body -> success(answer.statusCode(), body.toString()));
  }

  private Future<JsonNode> success(int status, String text) {
    JsonNode body = json(text);
    if (!body.isObject()) {
      return failed(" is no broker: its answer is not JSON");
    }
    return status < 300 && body.path("code").asInt(-1) == 0
        ? Future.succeededFuture(body)
        : failed(" refuses: " + body.path("message").asText(text));
  }

  private Future<JsonNode> failed(String why) {
    return Future.failedFuture(new IOException(where() + why));
  }

  private JsonNode json(String text) {
    try {
      return mapper.readTree(text);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  /** Waits for an answer. */
  <T> T await(Future<T> answer) throws IOException {
    try {
      return answer.toCompletionStage().toCompletableFuture().get(patience(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw unanswered(ExceptionUtil.getRootCause(e));
    } catch (TimeoutException e) {
      throw new IOException(where() + " does not answer within " + patience() + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted");
    }
  }

  private int patience() {
    return LONG.contains(name) ? BACKUP_SECONDS : ANSWER_SECONDS;
  }

  /** What is wrong is a file of this machine, and no answer. */
  static final class FileFailure extends IOException {
    private static final long serialVersionUID = 1L;

    FileFailure(String message) {
      super(message);
    }
  }

  /** What the JDK says of a file that is not there is the file's name. */
  static String reason(Throwable failure) {
    return failure instanceof NoSuchFileException
        ? "there is no such folder"
        : String.valueOf(failure.getMessage());
  }

  private IOException unanswered(Throwable why) {
    if (why instanceof FileFailure said) {
      return said;
    }
    if (why instanceof IOException said && String.valueOf(said.getMessage()).startsWith(where())) {
      return said;
    }
    if (why instanceof NotSslRecordException) {
      return new IOException(where() + " speaks no TLS, which http_server.tls asks for");
    }
    if (why instanceof GeneralSecurityException) {
      return new IOException(where() + " has another certificate than http_server.tls.certfile");
    }
    if (why instanceof HttpClosedException) {
      String kind = api.isSecure() ? "" : ", or one that wants TLS: see http_server.tls";
      return new IOException(where() + " hangs up: it is no HTTP API" + kind);
    }
    return new IOException("no broker answers on " + where() + ": " + why.getMessage());
  }

  /**
   * The API closes first. Clients have what remains of {@code stop_timeout} to take what is on its
   * way to them; the management port is the last that closes.
   */
  private void awaitEnd(Vertx vertx, HttpClient client) throws IOException {
    HttpClient health = vertx.createHttpClient(at(managementPort));
    long deadline =
        System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(stopMillis + HANGING_STOP_MILLIS);
    while (status(client, "/api/v4") != 0 || isStopping(health)) {
      if (System.nanoTime() > deadline) {
        throw new IOException(where() + " has not ended after " + stopMillis + " ms");
      }
      pause();
    }
  }

  private static void pause() throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted");
    }
  }

  /** Not where it is ready: that is another broker, whose port is the one that we know of. */
  private boolean isStopping(HttpClient health) {
    return managementPort != 0 && status(health, "/q/health/ready") == NOT_READY;
  }

  /** 0 where nobody answers. */
  private static int status(HttpClient client, String path) {
    try {
      return client
          .request(HttpMethod.GET, path)
          .compose(request -> request.send())
          .toCompletionStage()
          .toCompletableFuture()
          .get(CONNECT_MILLIS, TimeUnit.MILLISECONDS)
          .statusCode();
    } catch (ExecutionException | TimeoutException e) {
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  private String where() {
    return (api.isSecure() ? "https" : "http") + "://" + host() + ":" + api.port();
  }
}
