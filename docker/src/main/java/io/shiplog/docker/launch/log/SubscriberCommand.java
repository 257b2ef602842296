package io.shiplog.docker.launch.log;

import io.shiplog.docker.broker.Subscribers;
import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.docker.home.ShiplogHome;
import io.shiplog.docker.launch.assembly.HomeKafka;
import io.shiplog.docker.launch.assembly.Shards;
import io.shiplog.docker.launch.cli.HomeOption;
import io.shiplog.docker.pki.ClientFile;
import io.shiplog.docker.pki.KafkaPki;
import io.shiplog.docker.pki.PrivateFile;
import io.shiplog.events.log.kafka.KafkaAccess;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Programs outside the cluster with read access to its topics. */
@Command(
        name = "subscriber",
        mixinStandardHelpOptions = true,
        description = {
            "Manage read access to the cluster's topics.",
            "The embedded broker accepts only clients with a certificate, and a subscriber's allows only reading the topics of events: not write, not delete, not read keys or snapshots. docs/subscribe.md shows programs that subscribe.",
            "An external Kafka has its own authentication."
        },
        footer = {
            "",
            "Example:",
            "  ./shiplog subscriber add billing",
            "  kafka-console-consumer.sh --bootstrap-server $(cat ${env:SHIPLOG_HOME:-~/.shiplog}/kafka.bootstrap) --command-config billing.properties \\",
            "    --topic shiplog.events --group billing --from-beginning"
        })
public final class SubscriberCommand {
    /** Grants access and writes the properties file. */
    @Command(
            name = "add",
            mixinStandardHelpOptions = true,
            description = {
                "Issue a certificate and write a client properties file with it.",
                "The file contains the private key, which is stored nowhere else: treat it as the subscriber's password."
            },
            footer = {
                "",
                "Examples:",
                "  ./shiplog subscriber add billing",
                "  ./shiplog subscriber add billing --out /etc/billing/kafka.properties"
            })
    int add(
            @Mixin HomeOption home,
            @Parameters(paramLabel = "NAME", description = "lower case letters, digits and dashes") String name,
            @Option(
                            names = "--out",
                            paramLabel = "FILE",
                            description = "the file to write, mode 0600 (default: NAME.properties)")
                    Optional<Path> out)
            throws IOException {
        ShiplogHome folder = home.home();
        ClusterSettings settings = settings(folder);
        if (folder.running().isEmpty()) {
            throw new IllegalStateException("the cluster is not running: './shiplog up' first");
        }
        Path file = out.orElse(Path.of(name + ".properties")).toAbsolutePath();
        if (Files.exists(file)) {
            throw new IllegalStateException(file + " exists: remove it, or choose another with --out");
        }
        List<String> topics = Shards.ALL.stream()
                .map(shard -> settings.cluster() + "." + shard.name())
                .toList();
        try (HomeKafka kafka = HomeKafka.ofRunning(folder, settings);
                Subscribers subscribers = Subscribers.of(access(kafka))) {
            Map<String, String> client = new TreeMap<>(subscribers.add(name, topics, KafkaPki.open(folder.kafkaPki())));
            client.put("bootstrap.servers", access(kafka).bootstrap());
            try {
                PrivateFile.write(file, ClientFile.text(client));
            } catch (IOException e) {
                subscribers.remove(name);
                throw new UncheckedIOException("cannot write " + file + ": " + e, e);
            }
        }
        System.out.printf(
                "%s may read %s. Its certificate and key are in %s.%n", name, String.join(", ", topics), file);
        return ExitCode.OK;
    }

    /** Prints a line for each subscriber. */
    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "List the subscribers and the topics that they may read.",
            footer = {"", "Example:", "  ./shiplog subscriber list"})
    int list(@Mixin HomeOption home) {
        ShiplogHome folder = home.home();
        try (HomeKafka kafka = HomeKafka.of(folder, settings(folder));
                Subscribers subscribers = Subscribers.of(access(kafka))) {
            subscribers
                    .list()
                    .forEach(each -> System.out.printf("%-20s %s%n", each.name(), String.join(",", each.topics())));
        }
        return ExitCode.OK;
    }

    /** Revokes access. */
    @Command(
            name = "remove",
            mixinStandardHelpOptions = true,
            description = {
                "Revoke a subscriber's access, at once and permanently, also on open connections. Its certificate stays invalid, even if another subscriber gets the name."
            },
            footer = {"", "Example:", "  ./shiplog subscriber remove billing"})
    int remove(
            @Mixin HomeOption home, @Parameters(paramLabel = "NAME", description = "of the subscriber") String name) {
        ShiplogHome folder = home.home();
        try (HomeKafka kafka = HomeKafka.of(folder, settings(folder));
                Subscribers subscribers = Subscribers.of(access(kafka))) {
            subscribers.remove(name);
        }
        System.out.println(name + " no longer has access.");
        return ExitCode.OK;
    }

    private static KafkaAccess access(HomeKafka kafka) {
        KafkaLogConfig config = kafka.config();
        return config.kafka();
    }

    private static ClusterSettings settings(ShiplogHome home) {
        return ClusterSettings.read(home)
                .orElseThrow(() -> new IllegalStateException(
                        "there is no cluster in " + home.folder() + "; './shiplog up' starts one."));
    }
}
