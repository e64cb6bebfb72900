package io.nanomq.it;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One example of NanoMQ's API page: a command as it stands there, and its answer.
 *
 * @param label {@code P.1} and so on, in the page's order
 */
record PageExample(String label, String command, String answer) {
  private static final Pattern BLOCK =
      Pattern.compile("```(?:bash|shell)\\n(\\$ curl.*?)\\n```", Pattern.DOTALL);

  static List<PageExample> all() throws IOException {
    return parse(GoldenExchange.resource("/http-api-examples.md"));
  }

  /** The examples of a page in Markdown. */
  static List<PageExample> parse(String page) {
    var examples = new ArrayList<PageExample>();
    var matcher = BLOCK.matcher(page);
    while (matcher.find()) {
      // The answer is the first thing that begins a line with a brace.
      String[] halves = matcher.group(1).split("\\n(?=\\{)", 2);
      String command = halves[0].strip().substring(2);
      examples.add(new PageExample("P." + (examples.size() + 1), command, halves[1].strip()));
    }
    return examples;
  }

  /** The command for a broker on another port, and nothing else changed. */
  String commandFor(int port) {
    return command
        .replace("http://localhost:8081", "http://127.0.0.1:" + port)
        .replace("http://127.0.0.1:8081", "http://127.0.0.1:" + port);
  }
}
