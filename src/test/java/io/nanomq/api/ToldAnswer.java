package io.nanomq.api;

/** One line of the table. */
record ToldAnswer(String name, String answer, String path, String body) {
  static ToldAnswer of(String line) {
    String[] cells = (line + " ").split("\\|", 4);
    String body = cells.length < 4 ? "" : cells[3].strip().replace("\\n", "\n");
    if (body.equals("1001 elements")) {
      body = "[" + "{},".repeat(1000) + "{}]";
    }
    return new ToldAnswer(cells[0].strip(), cells[1].strip(), cells[2].strip(), body);
  }

  String key() {
    return name + " " + answer;
  }
}
