package io.nanomq;

import io.nanomq.config.ConfException;
import io.nanomq.config.HttpServerConf;
import io.nanomq.config.HttpServerConf.AuthType;
import io.nanomq.control.ConfInputs;
import io.nanomq.control.ConfSource;
import io.quarkus.runtime.util.ExceptionUtil;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What {@code bin/nanomq} does to a broker that runs: {@code stop}, {@code restart} and {@code
 * reload}, through its HTTP API. Address and credentials are those of the configuration that the
 * same command line would start a broker with.
 */
final class ControlCommand {
  private static final Set<String> PREFIXES = Set.of("nanomq", "broker");
  private static final Set<String> COMMANDS = Set.of("stop", "restart", "reload");

  /** A restart of many listeners takes a while; the API itself answers at once. */
  private static final int ANSWER_SECONDS = 60;

  private static final int CONNECT_MILLIS = 5_000;
  private static final int LOOK_MILLIS = 100;

  /** Beyond stop_timeout the process ends itself. */
  private static final int HANGING_STOP_MILLIS = 10_000;

  private final String name;
  private final HttpServerConf api;
  private final long stopMillis;
  private final PrintStream out;

  private ControlCommand(String name, HttpServerConf api, long stopMillis, PrintStream out) {
    this.name = name;
    this.api = api;
    this.stopMillis = stopMillis;
    this.out = out;
  }

  /** The command that a command line begins with; empty where it is to start a broker. */
  static Optional<String> in(String[] arguments) {
    return List.of(arguments).stream()
        .dropWhile(PREFIXES::contains)
        .findFirst()
        .filter(COMMANDS::contains);
  }

  /**
   * Does what a command says; blocks until it is done.
   *
   * @throws ConfException where the configuration does not say where the broker is
   * @throws IOException where the broker cannot be reached, or refuses; the message says which
   */
  static void run(String name, ConfInputs inputs, PrintStream out)
      throws ConfException, IOException {
    try (ConfSource source = ConfSource.open(inputs)) {
      var conf = source.load().conf();
      new ControlCommand(name, conf.httpServer(), conf.system().stopTimeoutMillis(), out).run();
    }
  }

  private void run() throws IOException {
    if (!api.enable()) {
      throw new IOException("http_server.enable = false, so nobody can be told: send SIGTERM");
    }
    // It reads nothing but the certificate, so nothing is to be cached in a folder.
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(1)
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
    try {
      HttpClient client = vertx.createHttpClient(options());
      post(client, "/ctrl/" + (name.equals("stop") ? "stop" : "restart"), authorization(client));
      if (name.equals("stop")) {
        awaitEnd(client);
      }
      out.println(name.equals("stop") ? "stopped" : "the stored configuration is in force");
    } finally {
      vertx.close();
    }
  }

  private HttpClientOptions options() {
    HttpClientOptions options =
        new HttpClientOptions()
            .setDefaultHost(host())
            .setDefaultPort(api.port())
            .setConnectTimeout(CONNECT_MILLIS);
    if (api.isSecure()) {
      // Whoever has this very certificate is the one, whatever name it is under.
      options
          .setSsl(true)
          .setVerifyHost(false)
          .setTrustOptions(new PemTrustOptions().addCertPath(api.tls().certFile()));
    }
    return options;
  }

  private String host() {
    return switch (api.address()) {
      case "0.0.0.0" -> "127.0.0.1";
      case "::", "[::]" -> "::1";
      default -> api.address();
    };
  }

  private String authorization(HttpClient client) throws IOException {
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
    return "Bearer " + post(client, "/login", basic).getJsonObject("data").getString("token");
  }

  /** Posts nothing; answers the body of a success. */
  private JsonObject post(HttpClient client, String path, String authorization) throws IOException {
    var answered =
        client
            .request(HttpMethod.POST, "/api/v4" + path)
            .compose(request -> request.putHeader("Authorization", authorization).send())
            .compose(answer -> answer.body())
            .toCompletionStage()
            .toCompletableFuture();
    String text;
    try {
      text = answered.get(ANSWER_SECONDS, TimeUnit.SECONDS).toString();
    } catch (ExecutionException e) {
      throw new IOException(
          "no broker answers on " + where() + ": " + ExceptionUtil.getRootCause(e).getMessage());
    } catch (TimeoutException e) {
      throw new IOException(where() + " does not answer within " + ANSWER_SECONDS + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted");
    }
    JsonObject body = json(text);
    if (body.getInteger("code", -1) != 0) {
      throw new IOException(where() + " refuses: " + body.getString("message", text));
    }
    return body;
  }

  private JsonObject json(String text) throws IOException {
    try {
      return new JsonObject(text);
    } catch (DecodeException e) {
      throw new IOException(where() + " is no broker: its answer is not JSON");
    }
  }

  /** The API closes before the broker has gone; what remains is at most {@code stop_timeout}. */
  private void awaitEnd(HttpClient client) throws IOException {
    long deadline =
        System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(stopMillis + HANGING_STOP_MILLIS);
    while (answers(client)) {
      if (System.nanoTime() > deadline) {
        throw new IOException(where() + " still answers after " + stopMillis + " ms");
      }
      try {
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted");
      }
    }
  }

  private boolean answers(HttpClient client) {
    try {
      client
          .request(HttpMethod.GET, "/api/v4")
          .compose(request -> request.send())
          .toCompletionStage()
          .toCompletableFuture()
          .get(CONNECT_MILLIS, TimeUnit.MILLISECONDS);
      return true;
    } catch (ExecutionException | TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private String where() {
    return (api.isSecure() ? "https" : "http") + "://" + host() + ":" + api.port();
  }
}
