package io.nanomq.config.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Confs;
import io.nanomq.config.setting.ConfException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogConfTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "daemon=false | console",
        "log.to=file,console | file,console",
        "log.to=file\\nlog.stdout=true | file,console",
        "log.to=file,console\\nlog.stdout=false | file",
        "log.to=console\\nlog.syslog=true | console,syslog",
        "log { to = [file], syslog = true, stdout = false } | file,syslog"
      })
  void switchesAddToTheListAndTakeAway(String text, String outputs) throws ConfException {
    var loaded = Confs.load(text.replace("\\n", "\n") + "\n");
    assertThat(String.join(",", loaded.conf().integrations().log().to())).isEqualTo(outputs);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "log.to=printer",
        "log.to=uds",
        "log.file=../../etc/cron.d/x",
        "log.file=authorized_keys",
        "log.file=a/b.log",
        "log.file=.log",
        "log.level=loud"
      })
  void whatIsNoOutputOrNoNameOfALogFileIsRefused(String text) {
    assertThat(Confs.reports(text + "\n")).isNotEmpty();
  }
}
