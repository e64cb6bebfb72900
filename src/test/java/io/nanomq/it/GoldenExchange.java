package io.nanomq.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * One request that NanoMQ was asked, and what it answered. The files in {@code golden/} hold them:
 * {@code ### label note}, the request line, headers, an empty line and the body where there is one,
 * {@code >>> status} or {@code >>> closed}, headers that matter, an empty line and the body.
 *
 * @param label section and number, {@code D.7}
 * @param headers of the request, a line each
 * @param body of the request, empty where it has none
 * @param status of the answer, 0 where the connection was closed instead
 * @param contentType of the answer, {@code none} where it had none
 * @param answer body of the answer
 */
record GoldenExchange(
    String label,
    String requestLine,
    List<String> headers,
    String body,
    int status,
    String contentType,
    String answer) {

  /** The exchanges of one section, in their order. */
  static List<GoldenExchange> section(String name) throws IOException {
    var exchanges = new ArrayList<GoldenExchange>();
    String text = resource("/golden/" + name + ".txt");
    for (String each : text.split("(?m)^### ")) {
      if (!each.startsWith("#")) {
        exchanges.add(parse(each));
      }
    }
    return exchanges;
  }

  static String resource(String name) throws IOException {
    try (var in = GoldenExchange.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static GoldenExchange parse(String text) {
    String[] halves = text.split("(?m)^>>> ", 2);
    String[] request = halves[0].split("\n\n", 2);
    List<String> lines = request[0].lines().toList();
    String[] answer = halves[1].split("\n\n", 2);
    List<String> answerLines = answer[0].strip().lines().toList();
    String status = answerLines.get(0);
    return new GoldenExchange(
        lines.get(0).split(" ")[0],
        lines.get(1),
        lines.subList(2, lines.size()),
        request.length > 1 ? request[1].strip() : "",
        status.equals("closed") ? 0 : Integer.parseInt(status),
        answerLines.size() > 1 ? answerLines.get(1).replace("Content-Type: ", "") : "none",
        answer.length > 1 ? answer[1].strip() : "");
  }

  /** The request as curl sends it. */
  byte[] request(int port, UnaryOperator<String> fill) {
    byte[] content = fill.apply(body).getBytes(StandardCharsets.UTF_8);
    var text = new StringBuilder(requestLine + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n");
    text.append("User-Agent: curl/7.88.1\r\nAccept: */*\r\n");
    headers.forEach(header -> text.append(fill.apply(header)).append("\r\n"));
    if (content.length > 0) {
      text.append("Content-Length: ").append(content.length).append("\r\n");
    }
    byte[] head = (text + "\r\n").getBytes(StandardCharsets.UTF_8);
    byte[] all = new byte[head.length + content.length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(content, 0, all, head.length, content.length);
    return all;
  }
}
