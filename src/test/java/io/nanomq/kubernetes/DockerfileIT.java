package io.nanomq.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.nanomq.config.ConfLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Reads the Dockerfile, since no container engine is at hand where the tests run. */
class DockerfileIT {
  private static final Path APPLICATION = Path.of("target/quarkus-app");
  private static final Path OPTIONS = Path.of("bin/jvm.options");

  private final List<String> lines;
  private final PodSpec pod;

  DockerfileIT() throws IOException {
    lines =
        Files.readAllLines(Path.of("Dockerfile")).stream()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .toList();
    pod = Manifests.read().one(StatefulSet.class).getSpec().getTemplate().getSpec();
  }

  @Test
  void theBaseImageIsAnArgument() {
    assertThat(lines.get(0)).startsWith("ARG BASE_IMAGE=");
    assertThat(lines.get(1)).isEqualTo("FROM ${BASE_IMAGE}");
    assertThat(all("FROM")).hasSize(1);
  }

  @Test
  void whatItCopiesIsThereAndIsTheWholeApplication() throws IOException {
    List<Path> copied = new ArrayList<>();
    for (String copy : all("COPY")) {
      String[] words = copy.split(" ");
      assertThat(words).hasSize(2);
      Path source = Path.of(words[0]);
      assertThat(source).exists();
      if (copy.startsWith("etc/")) {
        assertThat(words[1]).isEqualTo(words[0]).isEqualTo(ConfLoader.DEFAULT_FILE);
        continue;
      }
      // A folder's content is copied, so that the target has to repeat its name.
      String target = Files.isDirectory(source) ? source.getFileName() + "/" : "./";
      assertThat(words[1]).isEqualTo(target);
      copied.add(source);
    }
    assertThat(copied.remove(OPTIONS)).isTrue();
    try (Stream<Path> files = Files.list(APPLICATION)) {
      assertThat(files.filter(file -> !file.toString().endsWith("-dependencies.txt")))
          .containsExactlyInAnyOrderElementsOf(copied);
    }
    assertThat(Files.readAllLines(Path.of(".dockerignore")))
        .containsExactly("*", "!" + APPLICATION, "!" + OPTIONS, "!" + ConfLoader.DEFAULT_FILE);
  }

  /** What quarkus-container-image-jib makes without a container engine, by bin/image. */
  @Test
  void jibMakesTheSameImage() throws IOException {
    Properties all = new Properties();
    try (var in = Files.newBufferedReader(Path.of("src/main/resources/application.properties"))) {
      all.load(in);
    }
    UnaryOperator<String> jib = name -> all.getProperty("quarkus.jib." + name);
    assertThat(jib.apply("base-jvm-image")).isEqualTo(one("ARG BASE_IMAGE"));
    assertThat(jib.apply("working-directory")).isEqualTo(one("WORKDIR"));
    assertThat(jib.apply("user")).isEqualTo(one("USER"));
    assertThat(jib.apply("ports").split(",")).containsExactly(one("EXPOSE").split(" "));
    assertThat("[\"" + jib.apply("jvm-entrypoint").replace(",", "\", \"") + "\"]")
        .isEqualTo(one("ENTRYPOINT"));
    assertThat(jib.apply("environment-variables.LANG")).isEqualTo(one("ENV LANG"));
    assertThat(jib.apply("environment-variables.NANOMQ_PERSISTENCE_BASE_DIR"))
        .isEqualTo(one("ENV NANOMQ_PERSISTENCE_BASE_DIR"));
    List<String> flags = new ArrayList<>(flags("JAVA_OPTS"));
    flags.addAll(flags("JAVA_OPTS_APPEND"));
    assertThat(jib.apply("environment-variables.JDK_JAVA_OPTIONS"))
        .isEqualTo("@/deployments/jvm.options " + String.join(" ", flags));
    Path extra = Path.of("src/main/jib" + one("WORKDIR"));
    assertThat(extra.resolve(ConfLoader.DEFAULT_FILE))
        .hasSameBinaryContentAs(Path.of(ConfLoader.DEFAULT_FILE));
    assertThat(extra.resolve("jvm.options")).hasSameBinaryContentAs(OPTIONS);
  }

  @Test
  void theProcessIsTheJvmAndNobodySpecial() {
    assertThat(one("ENTRYPOINT")).isEqualTo("[\"java\", \"-jar\", \"quarkus-run.jar\"]");
    assertThat(one("STOPSIGNAL")).isEqualTo("SIGTERM");
    assertThat(one("USER"))
        .isEqualTo(
            pod.getSecurityContext().getRunAsUser()
                + ":"
                + pod.getSecurityContext().getRunAsGroup());
    assertThat(all("CMD")).isEmpty();
    assertThat(all("HEALTHCHECK")).isEmpty();
  }

  @Test
  void thePortsAreThoseOfThePod() {
    List<Integer> ports =
        pod.getContainers().get(0).getPorts().stream()
            .map(ContainerPort::getContainerPort)
            .toList();
    assertThat(Arrays.stream(one("EXPOSE").split(" ")).map(Integer::valueOf))
        .containsExactlyInAnyOrderElementsOf(ports);
  }

  @Test
  void theJvmKnowsItsFlags() throws Exception {
    assertThat(one("ENV JDK_JAVA_OPTIONS"))
        .isEqualTo("\"@/deployments/jvm.options ${JAVA_OPTS} ${JAVA_OPTS_APPEND}\"");
    assertThat(one("WORKDIR")).isEqualTo("/deployments");
    assertThat(all("COPY")).contains("bin/jvm.options ./");
    List<String> flags = new ArrayList<>(flags("JAVA_OPTS"));
    flags.add(0, "@" + OPTIONS.toAbsolutePath());
    if (Runtime.version().feature() >= 25) {
      flags.addAll(flags("JAVA_OPTS_APPEND"));
    }
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    ProcessBuilder builder = new ProcessBuilder(java.toString(), "-version");
    builder.environment().put("JDK_JAVA_OPTIONS", String.join(" ", flags));
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).doesNotContain("WARNING", "warning");
  }

  /** But for the heap: in a container it has a share of the limit, on a laptop the JVM decides. */
  @Test
  void theScriptStartsTheSameJvm() throws IOException {
    String script = Files.readString(Path.of("bin/nanomq"));
    assertThat(script.substring(script.indexOf("\nexec ")))
        .contains("$gc $allow \"@$home/bin/jvm.options\" ${JAVA_OPTS-} -jar");
    List<String> flags = flags("JAVA_OPTS");
    String collector = String.join(" ", flags.subList(1, flags.size()));
    assertThat(script).contains("for gc in \"" + collector + "\"");
    assertThat(
            script.lines().map(String::strip).filter(line -> line.startsWith("allow=")).findFirst())
        .contains("allow=" + flags("JAVA_OPTS_APPEND").get(1));
    assertThat(Files.readString(OPTIONS)).contains("-XX:+ExitOnOutOfMemoryError");
  }

  private List<String> flags(String argument) {
    String quoted = one("ARG " + argument);
    return List.of(quoted.substring(1, quoted.length() - 1).split(" "));
  }

  private String one(String instruction) {
    assertThat(all(instruction)).as(instruction).hasSize(1);
    return all(instruction).get(0);
  }

  private List<String> all(String instruction) {
    return lines.stream()
        .filter(line -> line.startsWith(instruction + " ") || line.startsWith(instruction + "="))
        .map(line -> line.substring(instruction.length() + 1))
        .toList();
  }
}
