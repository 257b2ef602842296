package io.shiplog.docker.launch.up;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.docker.broker.EmbeddedBroker;
import io.shiplog.docker.client.ApiClient;
import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.docker.home.ShiplogHome;
import io.shiplog.docker.launch.assembly.MissingKeys;
import io.shiplog.docker.launch.assembly.Readiness;
import io.shiplog.docker.launch.cli.HomeOption;
import io.shiplog.docker.pki.ClusterPki;
import io.shiplog.docker.pki.HomeKeys;
import io.shiplog.docker.pki.Identity;
import io.shiplog.docker.pki.KeyPart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** The state of the cluster. The exit code is 0 if the API is ready. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Show the state of the cluster. The exit code is 0 if it is ready.",
        footer = {"", "Example:", "  ./shiplog status"})
public final class StatusCommand implements Callable<Integer> {
    private static final int KIB_PER_MIB = 1024;

    @Mixin
    private HomeOption home = new HomeOption();

    @Override
    public Integer call() throws InterruptedException {
        ShiplogHome folder = home.home();
        Optional<ClusterSettings> settings = ClusterSettings.read(folder);
        Optional<ProcessHandle> process = folder.running();
        if (settings.isEmpty()) {
            System.out.println("no cluster in " + folder.folder() + "; './shiplog up' starts one");
            return ExitCode.SOFTWARE;
        }
        line("cluster", settings.get().cluster());
        line("home", folder.folder().toString());
        if (process.isEmpty()) {
            line("process", stopped(folder));
            missingKeys(folder).forEach(text -> line("keys", text));
            branches(folder);
            return ExitCode.SOFTWARE;
        }
        long pid = process.get().pid();
        line("process", "pid " + pid + residentMemory(pid));
        int exitCode = api(folder, settings.get());
        branches(folder);
        return exitCode;
    }

    /** A stopped process removes its pid file. */
    static String stopped(ShiplogHome folder) {
        return Files.exists(folder.pidFile())
                ? "it crashed or was killed: pid file without a process. Pods keep running; './shiplog up' takes them over"
                : "not running; './shiplog up' starts it";
    }

    /** What the next start will refuse, or cannot read. Says it before the start, while the keys may still be found. */
    static List<String> missingKeys(ShiplogHome folder) {
        if (!EmbeddedBroker.isFormatted(folder.kafka())) {
            return List.of();
        }
        List<String> missing = new ArrayList<>();
        new HomeKeys(folder.pki(), folder.logKeyFile())
                .missing(EnumSet.allOf(KeyPart.class))
                .ifPresent(missing::add);
        if (Files.notExists(folder.logKeyFile())) {
            missing.add(lost(folder.logKeyFile(), "records of the log that have a MAC"));
        }
        if (Files.notExists(folder.keyFile())) {
            missing.add(lost(folder.keyFile(), "encrypted objects of the log, if there are any,"));
        }
        return missing;
    }

    private static String lost(Path file, String what) {
        return "%s is missing: %s cannot be read without it. To restore it from a backup: './shiplog keys import FILE'"
                .formatted(file, what);
    }

    private static void branches(ShiplogHome folder) {
        RunningBranches.of(folder).forEach(branch -> line("branch", branch));
    }

    private static int api(ShiplogHome folder, ClusterSettings settings) throws InterruptedException {
        String server = "https://127.0.0.1:" + settings.port();
        ClusterPki pki = ClusterPki.existing(folder.pki());
        try (ApiClient client = new ApiClient(server, pki.identify(Identity.admin()))) {
            client.get("/readyz");
            line(
                    "api",
                    server + ", ready, "
                            + client.json("/version").path("gitVersion").asText());
            JsonNode pods = client.json("/api/v1/pods");
            line("revision", pods.at("/metadata/resourceVersion").asText());
            for (JsonNode node : client.json("/api/v1/nodes").path("items")) {
                String name = node.at("/metadata/name").asText();
                line(
                        "node",
                        name + ", " + (Readiness.isReady(node) ? "Ready" : "NotReady") + ", " + running(pods, name));
            }
            line(
                    "log",
                    Files.exists(folder.bootstrapFile())
                            ? Files.readString(folder.bootstrapFile()).strip()
                            : "-");
            MissingKeys.text(settings.cluster(), MissingKeys.ofMetrics(client.get("/metrics")))
                    .ifPresent(text -> line("unreadable", text));
            line("kubeconfig", folder.kubeconfig().toString());
            return ExitCode.OK;
        } catch (IOException e) {
            line("api", server + " does not answer correctly: " + e.getMessage());
            return ExitCode.SOFTWARE;
        }
    }

    private static String running(JsonNode pods, String node) {
        int bound = 0;
        int running = 0;
        for (JsonNode pod : pods.path("items")) {
            if (pod.at("/spec/nodeName").asText().equals(node)) {
                bound++;
                running += pod.at("/status/phase").asText().equals("Running") ? 1 : 0;
            }
        }
        return "%d of %d pods running".formatted(running, bound);
    }

    private static String residentMemory(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                    .filter(l -> l.startsWith("VmRSS:"))
                    .map(l -> ", %d MiB resident".formatted(Long.parseLong(l.replaceAll("[^0-9]", "")) / KIB_PER_MIB))
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }

    private static void line(String name, String value) {
        System.out.printf("%-11s %s%n", name, value);
    }
}
