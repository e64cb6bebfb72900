# The broker as ./mvnw package has built it:
#   docker build -t nanomq .
# bin/image makes the same image where there is no container engine.
# Any image with a JRE, 17 or newer, on its PATH will do as the base. One older than 25 does not
# know JAVA_OPTS_APPEND's default: --build-arg JAVA_OPTS_APPEND=
ARG BASE_IMAGE=eclipse-temurin:25-jre
FROM ${BASE_IMAGE}

# Half of the memory limit for the heap: Netty's buffers may take as much again. Images without
# Shenandoah need another collector here. The other flags are those of bin/nanomq.
ARG JAVA_OPTS="-XX:MaxRAMPercentage=50 -XX:+UseShenandoahGC -XX:+UnlockExperimentalVMOptions -XX:-ShenandoahPacing -XX:ShenandoahControlIntervalMin=5"
ARG JAVA_OPTS_APPEND="-XX:+UseCompactObjectHeaders --sun-misc-unsafe-memory-access=allow"
# The java launcher reads it, so that no shell stands between the container and the JVM.
ENV JDK_JAVA_OPTIONS="@/deployments/jvm.options ${JAVA_OPTS} ${JAVA_OPTS_APPEND}"
ENV LANG=C.UTF-8
# Where durable sessions are kept if nobody names a folder: the broker makes it, as its own user. A document's
# persistence.dir comes first.
ENV NANOMQ_PERSISTENCE_BASE_DIR=/var/tmp/nanomq

# What changes least comes first: a new version of ours alone is a layer of a megabyte.
WORKDIR /deployments
COPY bin/jvm.options ./
COPY target/quarkus-app/lib/ lib/
COPY target/quarkus-app/quarkus-run.jar ./
COPY target/quarkus-app/quarkus/ quarkus/
COPY target/quarkus-app/app/ app/
# The defaults, written out. A document of your own takes its place: mount it there, or name it by --conf.
COPY etc/nanomq.conf etc/nanomq.conf

# A number, so that Kubernetes can see that it is not root.
USER 10001:10001
EXPOSE 1883 8883 8083 8081 9000
STOPSIGNAL SIGTERM
# PID 1 is the JVM: it gets SIGTERM itself, drains and exits with 0. Health is for probes on 9000.
ENTRYPOINT ["java", "-jar", "quarkus-run.jar"]
