package io.nanomq.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.nanomq.TestConf;
import io.nanomq.control.ConfInputs;
import io.nanomq.control.Reconciler;
import io.nanomq.http.HttpListener;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The test broker's own document, and the API that follows it. */
@Singleton
public class LiveConf {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpListener http;
  private final Reconciler reconciler;
  private final ConfInputs inputs;

  public LiveConf(HttpListener http, Reconciler reconciler, ConfInputs inputs) {
    this.http = http;
    this.reconciler = reconciler;
    this.inputs = inputs;
  }

  /** What relative names of files start at. */
  public Path folder() {
    return inputs.workingDirectory();
  }

  public Path file(String name, String text) throws Exception {
    return Files.writeString(folder().resolve(name), text);
  }

  /** Puts the usual document with more lines in force. */
  public void apply(String lines) throws Exception {
    file("nanomq.conf", TestConf.DOCUMENT + lines);
    reconciler.apply("restart").toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  public int port() {
    return http.port();
  }

  /** A request without credentials. */
  public RequestSpecification anonymous() {
    return RestAssured.given().baseUri("http://127.0.0.1").port(http.port());
  }

  public RequestSpecification admin() {
    return anonymous().auth().preemptive().basic("admin", "public");
  }

  public RequestSpecification bearer(String token) {
    return anonymous().header("Authorization", "Bearer " + token);
  }

  /** The field "code" of an answer. Groovy's paths are compiled anew for each that is looked at. */
  public static int code(Response answer) {
    try {
      return JSON.readTree(answer.body().asByteArray()).path("code").asInt(-1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
