package io.shiplog.node.net;

import io.shiplog.node.net.machine.Machine;
import io.shiplog.node.net.machine.Machine.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Three accepting rules in the machine's packet filter. A drop there (Docker sets FORWARD's policy to it) cannot be overruled
 * from our own table. They are in the built-in chains, which Docker does not flush, each with a comment that names the cluster.
 */
record ForwardingRules(Machine machine, LinkNames names) {
    /** Seconds to wait for a concurrent change of rules. */
    private static final String LOCK_WAIT = "5";

    /** Adds missing rules. Without iptables there is no such filter. Returns an error message, empty on success. */
    String ensure() {
        Outcome saved = machine.run("iptables-save", "-t", "filter");
        if (saved.exit() == Outcome.NOT_FOUND) {
            return "";
        }
        if (!saved.ok()) {
            return "iptables-save: " + saved.complaint();
        }
        String there = saved.out();
        List<String> missing = wanted().stream()
                .filter(rule -> own(there).stream()
                        .noneMatch(line -> withoutQuotes(line).startsWith("-A " + rule + " ")))
                .map(rule -> rule.replaceFirst(" ", " 1 "))
                .map(rule -> "-I " + rule + " -m comment --comment \"" + names.alias("") + "\" -j ACCEPT")
                .toList();
        return restore(missing);
    }

    /** Removes all rules, also those of an older form. Returns an error message, empty on success. */
    String remove() {
        Outcome saved = machine.run("iptables-save", "-t", "filter");
        return saved.ok()
                ? restore(own(saved.out()).stream()
                        .map(line -> line.replaceFirst("-A ", "-D "))
                        .toList())
                : "";
    }

    private List<String> wanted() {
        String any = names.prefix() + "+";
        return List.of("FORWARD -i " + any, "FORWARD -o " + any, "INPUT -i " + names.podPrefix() + "+");
    }

    private List<String> own(String saved) {
        Pattern comment = Pattern.compile("^-A .*--comment \"?" + Pattern.quote(names.alias("")) + "\"?( .*)?$");
        List<String> lines = new ArrayList<>();
        saved.lines().filter(line -> comment.matcher(line).matches()).forEach(lines::add);
        return lines;
    }

    private static String withoutQuotes(String line) {
        return line.replace("\"", "");
    }

    private String restore(List<String> lines) {
        if (lines.isEmpty()) {
            return "";
        }
        String input = "*filter\n" + String.join("\n", lines) + "\nCOMMIT\n";
        Outcome outcome = machine.run(List.of("iptables-restore", "-w", LOCK_WAIT, "--noflush"), input);
        return outcome.ok() ? "" : "iptables-restore: " + outcome.complaint();
    }
}
