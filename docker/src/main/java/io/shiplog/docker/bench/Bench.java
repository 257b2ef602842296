package io.shiplog.docker.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code bench}. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Loads a Kubernetes API server, Shiplog or any other, and prints rates and latencies.",
        footerHeading = "%nExample:%n",
        footer = {
            "  shiplog bench --server https://127.0.0.1:6443 --token \"$TOKEN\" --kind configmaps -n 10000 -c 64 \\",
            "      --ops create,get,update,patch,apply,list,list-page,watch,delete --pid \"$(cat ${env:SHIPLOG_HOME:-~/.shiplog}/shiplog.pid)\"",
            "",
            "Rows: an operation's ops/s over all connections, and how long one took. 'list all' and 'list 1 %%' and",
            "'page of 500' go over one connection, one after the other. 'watch' is events/s over all watchers while objects",
            "change as fast as they go, with the time from the sending of a change to its arrival; 'watch paced' the same at a",
            "fixed rate. 'apply' is a server-side apply of whole objects. Objects are made in a namespace of their own;",
            "'delete' removes them and the namespace. With --heavy, N connections send the largest bodies that a server takes",
            "while the rows are measured; with --heavy-token they belong to another user."
        })
public final class Bench implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--server",
            required = true,
            paramLabel = "URL",
            description = "The API server, as https://127.0.0.1:6443.")
    private String server = "";

    @Option(names = "--token", paramLabel = "T", description = "A bearer token.")
    private String token = "";

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "A PEM file with the CA; without it any server is believed.")
    private @Nullable Path ca;

    @Option(
            names = "--kind",
            defaultValue = "configmaps",
            description = "configmaps, secrets or pods (default: ${DEFAULT-VALUE}).")
    private String kind = "configmaps";

    @Option(
            names = "-n",
            defaultValue = "10000",
            paramLabel = "N",
            description = "How many objects (default: ${DEFAULT-VALUE}).")
    private int count;

    @Option(
            names = "-c",
            defaultValue = "64",
            paramLabel = "C",
            description = "Connections (default: ${DEFAULT-VALUE}).")
    private int connections;

    @Option(
            names = "--ops",
            split = ",",
            defaultValue = "create,get,update,patch,apply,list,list-page,watch,delete",
            description = "What to measure, in this order (default: ${DEFAULT-VALUE}).")
    private List<String> ops = List.of();

    @Option(
            names = "--warmup",
            defaultValue = "20000",
            paramLabel = "N",
            description =
                    "Objects made, read, changed, watched and deleted before the clock starts (default: ${DEFAULT-VALUE}).")
    private int warmup;

    @Option(
            names = "--watchers",
            defaultValue = "100",
            paramLabel = "N",
            description = "For watch (default: ${DEFAULT-VALUE}).")
    private int watchers;

    @Option(
            names = "--changes",
            defaultValue = "1000",
            paramLabel = "N",
            description = "For watch (default: ${DEFAULT-VALUE}).")
    private int changes;

    @Option(
            names = "--heavy",
            defaultValue = "0",
            paramLabel = "N",
            description = "Connections that send ConfigMaps of 100,000 keys meanwhile (default: ${DEFAULT-VALUE}).")
    private int heavy;

    @Option(
            names = "--heavy-token",
            paramLabel = "T",
            description = "The bearer token of these connections (default: that of --token).")
    private @Nullable String heavyToken;

    @Option(
            names = "--pid",
            split = ",",
            paramLabel = "PID",
            description = "Processes of the server on this machine: their CPU per operation and memory are printed.")
    private List<Long> pids = List.of();

    @Option(names = "--namespace", defaultValue = "shiplog-bench", description = "Where (default: ${DEFAULT-VALUE}).")
    private String namespace = "shiplog-bench";

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        List<Operation> operations = ops.stream().map(Operation::of).toList();
        BenchObjects.Kind of = BenchObjects.Kind.of(kind);
        if (count < 1 || connections < 1 || watchers < 1 || changes < 1) {
            throw new IllegalArgumentException("-n, -c, --watchers and --changes are at least 1");
        }
        Target target = Target.of(server, token, Trust.context(ca));
        makeNamespace(target);
        if (warmup > 0) {
            out.println("warming up with " + warmup + " objects");
            out.flush();
            new Measurement(target, new BenchObjects(of, namespace, "warm"), warmup, connections).warmUp();
        }
        ProcessUse process = new ProcessUse(pids);
        Report report = new Report(out, process.known());
        report.head();
        Measurement measurement = new Measurement(target, new BenchObjects(of, namespace, "bench"), count, connections);
        int errors = 0;
        Target heavyTarget = Target.of(server, heavyToken == null ? token : heavyToken, Trust.context(ca));
        try (HeavyLoad beside = HeavyLoad.start(heavyTarget, namespace, heavy)) {
            for (Operation operation : operations) {
                errors += measurement.run(operation, watchers, Math.min(changes, count), process, report);
            }
            if (heavy > 0) {
                out.println(beside.summary());
            }
        }
        if (operations.contains(Operation.DELETE)) {
            try (HttpConnection connection = target.connect()) {
                connection.send("DELETE", "/api/v1/namespaces/" + namespace, "", new byte[0]);
            }
        }
        return errors == 0 ? 0 : 1;
    }

    private void makeNamespace(Target target) throws IOException {
        String body =
                "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"%s\"}}".formatted(namespace);
        try (HttpConnection connection = target.connect()) {
            HttpConnection.Answer answer = connection.send(
                    "POST", "/api/v1/namespaces", "application/json", body.getBytes(StandardCharsets.UTF_8));
            if (!answer.good() && answer.status() != 409) {
                throw new IOException("the namespace %s cannot be made: %d %s"
                        .formatted(namespace, answer.status(), answer.text().strip()));
            }
        }
    }

    /** The value of the first field of a name in a JSON text, empty if there is none: enough for a benchmark. */
    static String field(String json, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\":\\s*\"([^\"]*)\"").matcher(json);
        return matcher.find() ? matcher.group(1) : "";
    }
}
