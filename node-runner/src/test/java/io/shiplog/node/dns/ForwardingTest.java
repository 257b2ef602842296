package io.shiplog.node.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shiplog.node.net.services.ScriptedImages;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

class ForwardingTest {
    private static Forwarding of(String stubs, String upstream) {
        String data = "{'metadata':{},'data':{'stubDomains':'%s','upstreamNameservers':'%s'}}"
                .formatted(stubs.replace("\"", "\\\""), upstream.replace("\"", "\\\""));
        return Forwarding.of(new ScriptedImages()
                .put("configmaps", "kube-system", "kube-dns", data)
                .current()
                .get(Forwarding.CONFIG));
    }

    private static List<String> asked(Forwarding forwarding, String name) throws TextParseException {
        return forwarding.servers(Name.fromString(name)).stream()
                .map(server -> server.getAddress().getHostAddress() + ":" + server.getPort())
                .toList();
    }

    @Test
    void the_longest_domain_decides() throws TextParseException {
        Forwarding forwarding = of(
                "{\"acme.example\":[\"192.0.2.1\",\"192.0.2.2:5353\"],\"Lab.Acme.example.\":[\"192.0.2.3\"]}",
                "[\"192.0.2.9\"]");

        assertEquals(List.of("192.0.2.1:53", "192.0.2.2:5353"), asked(forwarding, "acme.example."));
        assertEquals(List.of("192.0.2.3:53"), asked(forwarding, "db.lab.acme.example."));
        assertEquals(List.of("192.0.2.9:53"), asked(forwarding, "notacme.example."));
    }

    @Test
    void what_cannot_be_read_is_left_out() throws TextParseException {
        assertEquals(Forwarding.NONE, Forwarding.of(null));
        assertEquals(Forwarding.NONE, of("[", "{"));
        assertEquals(
                Forwarding.NONE,
                of("{\"a..b\":[\"192.0.2.1\"],\"b\":[\"server.example\",\"192.0.2.1:0\",\"192.0.2.1:99999\"]}", ""));
        assertEquals(
                List.of("192.0.2.1:53", "192.0.2.2:53", "192.0.2.3:53"),
                asked(of("", "[\"192.0.2.1\",\"192.0.2.2\",\"192.0.2.3\",\"192.0.2.4\"]"), "example.com."));
    }
}
