package io.nanomq;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.nanomq.event.SysTopics;
import io.nanomq.http.VertxInternals;
import java.util.stream.Stream;

/** Who may know whom. */
@AnalyzeClasses(packages = "io.nanomq", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String[] EDGES = {
    "io.nanomq",
    "io.nanomq.api..",
    "io.nanomq.backend..",
    "io.nanomq.control..",
    "io.nanomq.http..",
    "io.nanomq.config..",
    "io.nanomq.tls..",
    "io.nanomq.machine..",
    "io.nanomq.outgoing..",
    "io.nanomq.kubernetes..",
    "io.nanomq.rule..",
    "io.nanomq.sink..",
    "io.nanomq.transfer..",
    "io.nanomq.webhook.."
  };

  @ArchTest
  static final ArchRule packetKnowsNobody =
      noClasses()
          .that()
          .resideInAPackage("io.nanomq.packet..")
          .should()
          .dependOnClassesThat(oursBut("io.nanomq.packet.."));

  @ArchTest
  static final ArchRule journalKnowsNobody =
      noClasses()
          .that()
          .resideInAPackage("io.nanomq.journal..")
          .should()
          .dependOnClassesThat(oursBut("io.nanomq.journal.."));

  @ArchTest
  static final ArchRule codecKnowsOnlyPackets =
      noClasses()
          .that()
          .resideInAPackage("io.nanomq.codec..")
          .should()
          .dependOnClassesThat(oursBut("io.nanomq.packet..", "io.nanomq.codec.."));

  @ArchTest
  static final ArchRule serversDoNotSpeakAsClients =
      noClasses()
          .that()
          .resideInAPackage("io.nanomq.codec")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.nanomq.codec.client");

  @ArchTest
  static final ArchRule metricsDoNotKnowLoops =
      noClasses()
          .that()
          .resideInAPackage("io.nanomq.metrics..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.nanomq.loop..");

  @ArchTest
  static final ArchRule routerDoesNotKnowConnections =
      noClasses()
          .that()
          .resideInAPackage("io.nanomq.router..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.nanomq.connection..");

  @ArchTest
  static final ArchRule mailboxesDoNotKnowWhatTheyCarry =
      noClasses()
          .that()
          .resideInAPackage("io.nanomq.router.mailbox")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.nanomq.router");

  @ArchTest
  static final ArchRule queuesKnowNoSession =
      noClasses()
          .that()
          .resideInAPackage("io.nanomq.queue..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                  "io.nanomq.session..", "io.nanomq.connection..", "io.nanomq.listener.."));

  @ArchTest
  static final ArchRule bridgesAreClientsOfTheirOwn =
      noClasses()
          .that()
          .resideInAPackage("io.nanomq.bridge..")
          .should()
          .dependOnClassesThat(
              oursBut(
                  "io.nanomq.bridge..",
                  "io.nanomq.codec..",
                  "io.nanomq.config.model..",
                  "io.nanomq.event",
                  "io.nanomq.loop",
                  "io.nanomq.memory",
                  "io.nanomq.metrics",
                  "io.nanomq.outgoing",
                  "io.nanomq.packet",
                  "io.nanomq.persistence",
                  "io.nanomq.queue",
                  "io.nanomq.router",
                  "io.nanomq.session",
                  "io.nanomq.tls"));

  @ArchTest
  static final ArchRule nobodyOnTheDataPathKnowsBridges =
      classes()
          .that()
          .resideInAPackage("io.nanomq.bridge..")
          .should()
          .onlyHaveDependentClassesThat()
          .resideInAnyPackage(
              "io.nanomq", "io.nanomq.api..", "io.nanomq.control..", "io.nanomq.bridge..");

  @ArchTest
  static final ArchRule reconcilerDoesNotKnowTheProcess =
      noClasses()
          .that()
          .resideInAPackage("io.nanomq.control")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.nanomq.control.process..");

  @ArchTest
  static final ArchRule nobodyImportsApiOrControl =
      classes()
          .that()
          .resideInAnyPackage("io.nanomq.api..", "io.nanomq.control..")
          .should()
          .onlyHaveDependentClassesThat()
          .resideInAnyPackage("io.nanomq", "io.nanomq.api..", "io.nanomq.control..");

  @ArchTest
  static final ArchRule controlDoesNotKnowApi =
      noClasses()
          .that()
          .resideInAPackage("io.nanomq.control..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.nanomq.api..");

  @ArchTest
  static final ArchRule httpKnowsNeitherApiNorControl =
      noClasses()
          .that()
          .resideInAPackage("io.nanomq.http..")
          .should()
          .dependOnClassesThat(
              oursBut(
                  "io.nanomq.config..",
                  "io.nanomq.tls",
                  "io.nanomq.listener..",
                  "io.nanomq.loop..",
                  "io.nanomq.http.."));

  @ArchTest
  static final ArchRule onlyTheEdgesKnowHttp =
      classes()
          .that()
          .resideInAPackage("io.nanomq.http..")
          .should()
          .onlyHaveDependentClassesThat()
          .resideInAnyPackage(
              "io.nanomq", "io.nanomq.api..", "io.nanomq.control..", "io.nanomq.http..");

  @ArchTest
  static final ArchRule roomsOfTheApiDoNotKnowEachOtherBothWays =
      slices().matching("io.nanomq.api.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule roomsOfTheApiDoNotKnowItsResources =
      noClasses()
          .that()
          .resideInAPackage("io.nanomq.api.*..")
          .and()
          .resideOutsideOfPackage("io.nanomq.api.document..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.nanomq.api");

  @ArchTest
  static final ArchRule apiDoesNotTouchLoopConfinedState =
      noClasses()
          .that()
          .resideInAPackage("io.nanomq.api..")
          .should()
          .dependOnClassesThat()
          .areAnnotatedWith("io.nanomq.loop.LoopConfined");

  @ArchTest
  static final ArchRule kubernetesKnowsOnlyTheConfiguration =
      noClasses()
          .that()
          .resideInAPackage("io.nanomq.kubernetes..")
          .should()
          .dependOnClassesThat(
              oursBut("io.nanomq.config..", "io.nanomq.tls..", "io.nanomq.kubernetes.."));

  @ArchTest static final ArchRule keysKnowNobody = room("config.key", "config.key.value");

  @ArchTest static final ArchRule valuesOfKeysKnowNobody = room("config.key.value");

  @ArchTest static final ArchRule settingsKnowOnlyKeys = room("config.setting", "config.key..");

  @ArchTest
  static final ArchRule documentsKnowNoOtherFormat =
      room("config.document", "config.setting", "config.key..");

  @ArchTest
  static final ArchRule hoconIsADocument =
      room("config.document.hocon", "config.document", "config.setting", "config.key..");

  @ArchTest
  static final ArchRule storesKnowTextsOnly =
      room("config.store", "config.document", "config.setting");

  @ArchTest
  static final ArchRule recordsAreMadeOfSettings =
      room("config.model..", "config.setting", "config.key..", "memory");

  @ArchTest
  static final ArchRule onlyOneRoomKnowsHocon =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.nanomq.config.document.hocon")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.typesafe.config..");

  @ArchTest
  static final ArchRule configurationKnowsNoFileOfKeysAndNoPort =
      noClasses()
          .that()
          .resideInAPackage("io.nanomq.config..")
          .should()
          .dependOnClassesThat(
              oursBut("io.nanomq.config..", "io.nanomq.memory", "io.nanomq.rule.query"));

  @ArchTest
  static final ArchRule queriesKnowNoBroker =
      noClasses()
          .that()
          .resideInAPackage("io.nanomq.rule.query")
          .should()
          .dependOnClassesThat(oursBut("io.nanomq.rule.query", "io.nanomq.codec"));

  @ArchTest
  static final ArchRule tlsKnowsOnlyTheConfiguration =
      noClasses()
          .that()
          .resideInAPackage("io.nanomq.tls")
          .should()
          .dependOnClassesThat(oursBut("io.nanomq.config..", "io.nanomq.tls"));

  @ArchTest
  static final ArchRule machineKnowsWhatItChecks =
      noClasses()
          .that()
          .resideInAPackage("io.nanomq.machine")
          .should()
          .dependOnClassesThat(oursBut("io.nanomq.config..", "io.nanomq.tls", "io.nanomq.machine"));

  @ArchTest
  static final ArchRule onlyKubernetesKnowsItsClient =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.nanomq.kubernetes..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.fabric8..");

  // SysTopics writes JSON when clients come and go, while somebody subscribes to that.
  @ArchTest
  static final ArchRule dataPathKnowsNoFramework =
      noClasses()
          .that()
          .resideOutsideOfPackages(EDGES)
          .and(DescribedPredicate.not(belongToAnyOf(SysTopics.class)))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "jakarta..", "io.quarkus..", "io.smallrye..", "com.fasterxml..", "org.eclipse..");

  @ArchTest
  static final ArchRule oneClassKnowsTheInsideOfVertx =
      noClasses()
          .that(DescribedPredicate.not(belongToAnyOf(VertxInternals.class)))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.vertx..impl..");

  @ArchTest
  static final ArchRule jsonIsReadAndWrittenByJackson =
      noClasses().should().dependOnClassesThat().resideInAPackage("io.vertx.core.json..");

  @ArchTest
  static final ArchRule namesSayWhatThingsAre =
      noClasses()
          .should()
          .haveSimpleNameEndingWith("Impl")
          .orShould()
          .haveSimpleNameEndingWith("Util")
          .orShould()
          .haveSimpleNameEndingWith("Utils")
          .orShould()
          .haveSimpleNameEndingWith("Helper");

  /** A room of ours and the others that it may know. */
  private static ArchRule room(String name, String... others) {
    String[] known =
        Stream.concat(Stream.of(name), Stream.of(others))
            .map(other -> "io.nanomq." + other)
            .toArray(String[]::new);
    return noClasses()
        .that()
        .resideInAPackage("io.nanomq." + name)
        .should()
        .dependOnClassesThat(oursBut(known));
  }

  private static DescribedPredicate<JavaClass> oursBut(String... packages) {
    return resideInAPackage("io.nanomq..")
        .and(DescribedPredicate.not(resideInAnyPackage(packages)));
  }
}
