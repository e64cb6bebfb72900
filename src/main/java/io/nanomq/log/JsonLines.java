package io.nanomq.log;

import java.util.List;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.formatters.JsonFormatter;

/** Each line as a JSON object; what is known of the client is a member of its own. */
final class JsonLines extends JsonFormatter {
  /** Names in the diagnostic context; others stay where they are. */
  private static final List<String> MEMBERS =
      List.of("clientid", "username", "peer", "listener", "reason");

  @Override
  protected void after(Generator generator, ExtLogRecord line) throws Exception {
    super.after(generator, line);
    for (String member : MEMBERS) {
      String value = line.getMdc(member);
      if (value != null) {
        generator.add(member, value);
      }
    }
  }
}
