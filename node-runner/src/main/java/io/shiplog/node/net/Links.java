package io.shiplog.node.net;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.node.net.machine.IpJson;
import io.shiplog.node.net.machine.Machine;
import io.shiplog.node.net.machine.Machine.Outcome;
import java.util.ArrayList;
import java.util.List;

/** The cluster's interfaces on this machine, as the kernel has them: the only record of what is attached. */
record Links(Machine machine, LinkNames names) {
    /** An interface of the cluster. */
    record Link(String name, String alias) {
        /** The value of {@code key=value} in the alias; empty if absent. */
        String detail(String key) {
            for (String word : alias.split(" ")) {
                if (word.startsWith(key + "=")) {
                    return word.substring(key.length() + 1);
                }
            }
            return "";
        }
    }

    /**
     * All interfaces of the cluster.
     *
     * @throws IllegalStateException if the kernel cannot be queried
     */
    List<Link> scan() {
        Outcome outcome = machine.run("ip", "-j", "link", "show");
        if (!outcome.ok()) {
            throw new IllegalStateException("ip link show: " + outcome.complaint());
        }
        List<Link> links = new ArrayList<>();
        for (JsonNode link : IpJson.parse(outcome.out())) {
            String name = link.path("ifname").asText();
            String alias = link.path("ifalias").asText("");
            if (names.owns(name, alias)) {
                links.add(new Link(name, alias));
            }
        }
        return links;
    }

    /** Runs {@code ip} commands, one per line, in one process; stops at the first failure. */
    Outcome batch(List<String> commands) {
        return machine.run(List.of("ip", "-batch", "-"), String.join("\n", commands) + "\n");
    }

    /** Deletes interfaces; missing ones are ignored. */
    void delete(List<String> interfaces) {
        if (!interfaces.isEmpty()) {
            List<String> commands =
                    interfaces.stream().map(name -> "link del " + name).toList();
            machine.run(List.of("ip", "-force", "-batch", "-"), String.join("\n", commands) + "\n");
        }
    }
}
