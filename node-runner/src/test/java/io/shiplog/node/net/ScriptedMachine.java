package io.shiplog.node.net;

import io.shiplog.node.net.machine.Machine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A machine that answers as a test scripts it and remembers its commands. */
final class ScriptedMachine implements Machine {
    private final Map<String, Outcome> answers = new HashMap<>();
    private final Map<String, String> files = new HashMap<>();
    final Set<String> interfaces = new HashSet<>();
    /** {@code command < input}. */
    final List<String> commands = new ArrayList<>();

    final Map<String, String> written = new HashMap<>();

    /** A Linux machine with root, every command, and nothing on it. */
    ScriptedMachine() {
        file("/proc/sys/kernel/ostype", "Linux");
        file("/proc/self/status", "Name:\tjava\nCapEff:\t000001ffffffffff");
    }

    ScriptedMachine file(String path, String text) {
        files.put(path, text);
        return this;
    }

    ScriptedMachine says(String command, String out) {
        answers.put(command, new Outcome(0, out, ""));
        return this;
    }

    ScriptedMachine fails(String command, int exit, String err) {
        answers.put(command, new Outcome(exit, "", err));
        return this;
    }

    @Override
    public Outcome run(List<String> command, String input) {
        String line = String.join(" ", command);
        commands.add(input.isEmpty() ? line : line + " < " + input.strip());
        Outcome scripted = answers.getOrDefault(line, answers.get(command.getFirst()));
        return scripted == null ? new Outcome(0, "", "") : scripted;
    }

    @Override
    public String read(Path file) {
        return files.getOrDefault(file.toString(), "");
    }

    @Override
    public boolean write(Path file, String value) {
        written.put(file.toString(), value);
        return true;
    }

    @Override
    public boolean hasInterface(String name) {
        return interfaces.contains(name);
    }

    @Override
    public String readLink(Path link) {
        return files.getOrDefault(link.toString(), "");
    }
}
