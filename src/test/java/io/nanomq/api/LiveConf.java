package io.nanomq.api;

import io.nanomq.TestConf;
import io.nanomq.control.ConfInputs;
import io.nanomq.control.Reconciler;
import io.nanomq.http.HttpListener;
import io.restassured.RestAssured;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Singleton;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The test broker's own document, and the API that follows it. */
@Singleton
public class LiveConf {
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
}
