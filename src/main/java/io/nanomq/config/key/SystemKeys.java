package io.nanomq.config.key;

import static io.nanomq.config.key.ConfKey.of;
import static io.nanomq.config.key.ConfType.BOOL;
import static io.nanomq.config.key.ConfType.FOLDER;
import static io.nanomq.config.key.ConfType.LOG_FILE;
import static io.nanomq.config.key.ConfType.LOG_OUTPUTS;
import static io.nanomq.config.key.ConfType.PATH;
import static io.nanomq.config.key.ConfType.SECTION;
import static io.nanomq.config.key.ConfType.TEXT;
import static io.nanomq.config.key.ConfType.duration;
import static io.nanomq.config.key.ConfType.integer;
import static io.nanomq.config.key.ConfType.size;
import static io.nanomq.config.key.ConfType.words;

import java.util.List;

/** Keys of the process: threads, log, disk, and the sections that nothing here reads. */
final class SystemKeys {
  private SystemKeys() {}

  static List<ConfKey> keys() {
    return List.of(
        of(
                "num_taskq_thread",
                "system.num_taskq_thread",
                integer(0, 255),
                "0",
                Effect.RESTART,
                "Event loops; 0 = one per available processor.")
            .option("-t, --tq_thread"),
        of(
                "max_taskq_thread",
                "system.max_taskq_thread",
                integer(0, 255),
                "0",
                Effect.RESTART,
                "Upper bound of the event loops; 0 = none.")
            .option("-T, --max_tq_thread"),
        of(
                "parallel",
                "system.parallel",
                ConfType.integerOrUnset(1_000_000),
                "32",
                Effect.HOT,
                "Calls of a back end that may be outstanding; 0 = the default.")
            .option("-n, --parallel"),
        of(
                "daemon",
                "system.daemon",
                BOOL,
                "false",
                Effect.RESTART,
                "Accepted; a container or a service manager runs the broker in the foreground.")
            .option("-d, --daemon")
            .foreign(),
        of(
            "stop_timeout",
            "system.stop_timeout",
            duration(1000, 0, Quantity.HOUR),
            "10s",
            Effect.HOT,
            "How long a stop waits for connections to drain."),
        of(
                "config.store",
                words("file", "configmap"),
                "file",
                Effect.RESTART,
                "Where the document is kept; only environment and command line are asked.")
            .option("--config_store"),
        of(
                "config.configmap",
                TEXT,
                null,
                Effect.RESTART,
                "Name of the ConfigMap that has nanomq.conf.")
            .option("--config_configmap"),
        of(
                "config.namespace",
                TEXT,
                null,
                Effect.RESTART,
                "Namespace of the ConfigMap; unset = that of the pod.")
            .option("--config_namespace"),
        of(
                "config.secret",
                TEXT,
                null,
                Effect.RESTART,
                "Name of the Secret, beside that ConfigMap, that keys and certificates go to which "
                    + "come through the API.")
            .option("--config_secret"),
        of(
                "config.secret_path",
                FOLDER,
                "/etc/nanomq/tls",
                Effect.RESTART,
                "Where that Secret is mounted.")
            .option("--config_secret_path"),
        of(
                "config.pem_folder",
                FOLDER,
                null,
                Effect.HOT,
                "Folder that keys and certificates may be in which come through the API, beside "
                    + "that of the document; not set through the API.")
            .option("--config_pem_folder"),
        of(
            "config.apply",
            words("auto", "manual"),
            null,
            Effect.HOT,
            "Whether a changed document applies by itself or waits for the restart action; never "
                + "set, auto for a ConfigMap and manual for files. A document without it leaves it "
                + "as it is."),
        of(
            "pid_file",
            "system.pid_file",
            PATH,
            null,
            Effect.RESTART,
            "File that has the process id while the broker runs; one that holds anything else is not "
                + "written over."),
        of(
            "outgoing.deny",
            ConfType.NETWORKS,
            "169.254.0.0/16,fe80::/10,fd00:ec2::254,fd20:ce::254,100.100.100.200,168.63.129.16,"
                + "192.0.0.192",
            Effect.HOT,
            "Networks that no bridge, webhook, rule or back end connects to, whatever name leads "
                + "there; by default those of one link, and where clouds tell machines their keys. "
                + "Not set through the API."),
        of("vin", "system.vin", TEXT, null, Effect.RESTART, "Vehicle number.").foreign(),
        of("", "system.hook_ipc_url", TEXT, null, Effect.RESTART, "Hooks over IPC.").foreign(),
        of("", "system.cmd_ipc_url", TEXT, null, Effect.RESTART, "Commands over IPC.").foreign(),
        of(
            "log.to",
            LOG_OUTPUTS,
            "console",
            Effect.HOT,
            "Where the log goes: file, console, syslog (the machine's log daemon), uds. What cannot "
                + "be opened is left out, and the console stays where nothing else is left."),
        of(
                "log.level",
                words("trace", "debug", "info", "warn", "error", "fatal"),
                "info",
                Effect.HOT,
                "Lowest level that is logged.")
            .option("--log_level"),
        of("log.dir", FOLDER, "/tmp", Effect.HOT, "Folder of log files."),
        of(
                "log.file",
                LOG_FILE,
                "nanomq.log",
                Effect.HOT,
                "Name of the log file in log.dir; ends with .log.")
            .option("--log_file"),
        of(
            "log.uds_addr",
            PATH,
            null,
            Effect.HOT,
            "Unix stream socket that uds logs to. While nobody reads there the lines are dropped."),
        of(
                "log.stdout",
                BOOL,
                null,
                Effect.HOT,
                "Whether to log to the console, whatever log.to says.")
            .option("--log_stdout"),
        of("log.syslog", BOOL, null, Effect.HOT, "Whether to log to syslog, whatever log.to says.")
            .option("--log_syslog"),
        of(
            "log.format",
            words("text", "json"),
            "text",
            Effect.HOT,
            "Lines as text, or each as a JSON object; not for syslog."),
        of(
            "log.rotation.size",
            size(1, 1, Quantity.KIB, 100 * Quantity.GIB),
            "10MB",
            Effect.HOT,
            "Size at which a log file is rotated."),
        of(
            "log.rotation.count",
            integer(1, 10_000),
            "5",
            Effect.HOT,
            "Rotated log files that are kept: log.file.1 is the newest."),
        of(
            "persistence.durability",
            words("none", "async", "fsync"),
            null,
            Effect.RESTART,
            "When what is acknowledged of durable sessions and retained messages is on disk: none "
                + "= never, async = it outlives the process, fsync = it outlives a loss of power. "
                + "Unset, it is fsync where there is a folder that can be written, else none."),
        of(
            "persistence.dir",
            FOLDER,
            null,
            Effect.RESTART,
            "Folder of what is kept on disk, of this broker alone; made where there is none. A "
                + "relative one starts at the folder of the configuration file. Unset, it is "
                + "data/NAME there, for NAME.conf; without a file, there is none."),
        of(
            "persistence.base_dir",
            FOLDER,
            null,
            Effect.RESTART,
            "Folder that takes the place of data beside the configuration file, where persistence.dir "
                + "names none: NAME.conf has NAME in it. For whoever packages the broker."),
        of(
            "persistence.max_bytes",
            size(1, 1, 0, 1L << 50),
            "0",
            Effect.RESTART,
            "What the files there may take together; 0 = as much as the disk has, the least is "
                + "16MB."),
        of(
            "persistence.sync_interval",
            duration(1, 1, Quantity.HOUR),
            "1s",
            Effect.RESTART,
            "With async: how often what is written is forced to the disk."),
        of(
            "persistence.backup_dir",
            FOLDER,
            null,
            Effect.RESTART,
            "Folder of the copies that POST /api/v4/backup makes; a relative one is beside "
                + "persistence.dir. Unset, it has the name of that and -backups."),
        of(
            "persistence.backups",
            integer(1, 1000),
            "3",
            Effect.RESTART,
            "Copies that are kept there: a further one takes the place of the oldest."),
        of(
            "msg_persistence",
            "system.msg_persistence",
            words("memory", "sqlite"),
            "memory",
            Effect.RESTART,
            "NanoMQ's key, where persistence.durability is not set: sqlite is taken for async, "
                + "memory for none."),
        of(
            "sqlite.enable",
            BOOL,
            "true",
            Effect.RESTART,
            "With msg_persistence = sqlite: false keeps nothing."),
        of(
                "sqlite.disk_cache_size",
                integer(0, Integer.MAX_VALUE),
                "102400",
                Effect.RESTART,
                "Accepted; max_mqueue_len and persistence.max_bytes bound what is kept.")
            .foreign(),
        of(
            "sqlite.mounted_file_path",
            FOLDER,
            null,
            Effect.RESTART,
            "NanoMQ's key for persistence.dir, where that is not set and msg_persistence or "
                + "persistence.durability is."),
        of(
                "sqlite.flush_mem_threshold",
                integer(1, Integer.MAX_VALUE),
                "100",
                Effect.HOT,
                "Accepted; every batch is written at once.")
            .foreign(),
        of(
                "sqlite.resend_interval",
                duration(1, 1, Quantity.DAY),
                "5s",
                Effect.HOT,
                "Accepted; what waits is sent as soon as its client is there.")
            .foreign(),
        section("blf"),
        section("plugin"),
        section("parquet"),
        section("exchange_client"),
        section("exchange"),
        section("gateway"),
        section("bridges.aws"),
        section("bridges.nng"));
  }

  static ConfKey section(String name) {
    return of(
            "",
            name + ".**",
            SECTION,
            null,
            Effect.RESTART,
            "Accepted as it is; not part of this broker.")
        .foreign();
  }
}
