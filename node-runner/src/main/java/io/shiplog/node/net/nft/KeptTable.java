package io.shiplog.node.net.nft;

import io.shiplog.node.net.machine.Machine;
import io.shiplog.node.net.machine.Machine.Outcome;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A table in the kernel and what it holds. Thread-safe; calls block while {@code nft} runs. */
public final class KeptTable<R> {
    private static final Logger LOG = LoggerFactory.getLogger(KeptTable.class);

    /** The elements of a map in nft's listing; none has braces. */
    private static final Pattern ELEMENTS = Pattern.compile("elements = \\{([^}]*)}");

    private final Machine machine;
    private final TableText<R> text;
    /** The content of the table; null if unknown. Guarded by this. */
    private @Nullable R held;

    public KeptTable(Machine machine, TableText<R> text) {
        this.machine = machine;
        this.text = text;
    }

    /**
     * The result of a write.
     *
     * @param before what the table held; null if that was unknown
     * @param complaint why the kernel refused, empty on success: the table then holds what it held before
     */
    public record Written<R>(@Nullable R before, String complaint) {
        public boolean ok() {
            return complaint.isEmpty();
        }
    }

    /** Makes the table hold these rules. */
    public synchronized Written<R> write(R rules) {
        R before = held;
        String script = before == null ? "" : text.change(before, rules);
        if (before != null && script.isEmpty()) {
            return new Written<>(before, "");
        }
        Outcome outcome = before == null ? rewrite(rules) : nft(script);
        if (!outcome.ok() && before != null) {
            LOG.warn(
                    "nftables table {} was changed by another program and is rewritten: {}",
                    text.name(),
                    outcome.complaint());
            outcome = rewrite(rules);
        }
        held = outcome.ok() ? rules : null;
        return new Written<>(before, outcome.ok() ? "" : outcome.complaint());
    }

    private Outcome rewrite(R rules) {
        String full = text.full(rules);
        String remembered = remembered();
        Outcome outcome = nft(full + remembered);
        // What the kernel remembers is not worth a table.
        return outcome.ok() || remembered.isEmpty() ? outcome : nft(full);
    }

    private String remembered() {
        StringBuilder script = new StringBuilder();
        for (String map : text.dynamicMaps()) {
            String listing =
                    machine.run("nft", "list", "map", "ip", text.name(), map).out();
            Matcher elements = ELEMENTS.matcher(listing);
            if (elements.find()) {
                script.append("add element ip %s %s { %s }\n"
                        .formatted(text.name(), map, elements.group(1).replaceAll("\\s+", " ")));
            }
        }
        return script.toString();
    }

    private Outcome nft(String script) {
        return machine.run(List.of("nft", "-f", "-"), script);
    }

    /** An {@code nft flush ruleset} removes our table too: the next write then writes all of it. */
    public synchronized void noticeLoss() {
        if (held != null
                && !machine.run("nft", "list", "chains", "ip").out().contains("table ip " + text.name() + " ")) {
            LOG.warn("nftables table {} was removed by another program and is rewritten", text.name());
            held = null;
        }
    }
}
