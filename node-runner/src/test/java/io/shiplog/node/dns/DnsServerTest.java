package io.shiplog.node.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.services.ScriptedImages;
import io.shiplog.node.net.services.ServicesWatch;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/** The server on real sockets of the loopback interface. */
class DnsServerTest {
    private static final InetAddress LOOPBACK = Ipv4.of("127.0.0.1").toInetAddress();

    @TempDir
    Path directory;

    private ScriptedImages images = new ScriptedImages();
    private ServicesWatch services = new ServicesWatch(images);
    private FakeResolver resolver;
    private FakeResolver mute;
    private DnsServer server;

    @BeforeEach
    void startWithOneMuteAndOneHonestResolver() throws IOException {
        resolver = new FakeResolver("127.0.0.3", 0, false);
        mute = new FakeResolver("127.0.0.2", resolver.port(), true);
        images = ShopCluster.images();
        services = new ServicesWatch(images);
        server = serverWith(
                "# comment\nnameserver 127.0.0.1\nnameserver evil.example\nnameserver 127.0.0.2\nnameserver 127.0.0.3\n");
    }

    private DnsServer serverWith(String resolvConf) throws IOException {
        Path file = directory.resolve("resolv.conf");
        Files.writeString(file, resolvConf);
        return DnsServer.start(
                ShopCluster.config(file), services, new Upstream(file, LOOPBACK, resolver.port(), System::nanoTime));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        services.close();
        resolver.close();
        mute.close();
    }

    private Message ask(String name, int type, boolean tcp) throws IOException {
        SimpleResolver client = new SimpleResolver(LOOPBACK);
        client.setPort(server.port());
        client.setTCP(tcp);
        client.setTimeout(Duration.ofSeconds(5));
        return client.send(Message.newQuery(Record.newRecord(Name.fromString(name), type, DClass.IN)));
    }

    private static String first(Message message) {
        return message.getSection(Section.ANSWER).getFirst().rdataToString();
    }

    @Test
    void names_of_the_cluster_over_udp_and_tcp() throws IOException {
        assertEquals("10.96.0.20", first(ask("web.shop.svc.cluster.local.", Type.A, false)));
        assertEquals("10.96.0.20", first(ask("web.shop.svc.cluster.local.", Type.A, true)));
    }

    @Test
    void a_change_of_a_service_is_in_the_next_answer() throws IOException {
        images.service("shop", "web", "'clusterIP':'10.96.0.99','ports':[{'port':80}]");
        assertEquals("10.96.0.99", first(ask("web.shop.svc.cluster.local.", Type.A, false)));
        images.delete("services", "shop", "web");
        assertEquals(
                Rcode.NXDOMAIN,
                ask("web.shop.svc.cluster.local.", Type.A, false).getRcode());
    }

    @Test
    void others_names_are_asked_of_the_resolver_that_answers_and_forged_answers_are_passed_over() throws IOException {
        assertEquals(FakeResolver.ANSWER, first(ask("example.com.", Type.A, false)));
        assertEquals(1, mute.asked.get());
        assertEquals(FakeResolver.ANSWER, first(ask("example.org.", Type.A, false)));
        assertEquals(1, mute.asked.get(), "a silent resolver is asked last for a while");
        assertEquals(FakeResolver.ANSWER, first(ask("example.com.", Type.A, true)));
    }

    /** Given a client with more connections than all clients together may have / when another asks / then it is answered. */
    @Test
    void a_client_takes_its_share_of_the_connections_alone() throws IOException {
        List<Socket> greedy = new ArrayList<>();
        try {
            for (int i = 0; i < 300; i++) {
                greedy.add(
                        new Socket(LOOPBACK, server.port(), Ipv4.of("127.0.0.9").toInetAddress(), 0));
            }

            assertEquals("10.96.0.20", first(ask("web.shop.svc.cluster.local.", Type.A, true)));
        } finally {
            for (Socket socket : greedy) {
                socket.close();
            }
        }
    }

    /** Given a client whose names are asked of a silent resolver, more than may wait / when another asks elsewhere / then it is answered. */
    @Test
    void a_client_takes_its_share_of_the_waiting_queries_alone() throws IOException {
        images.put(
                "configmaps",
                "kube-system",
                "kube-dns",
                "{'metadata':{},'data':{'stubDomains':'{\\\"slow\\\":[\\\"127.0.0.2:%d\\\"]}'}}"
                        .formatted(resolver.port()));
        try (DatagramSocket greedy = new DatagramSocket(0, Ipv4.of("127.0.0.9").toInetAddress())) {
            greedy.connect(LOOPBACK, server.port());
            for (int i = 0; i < 600 || mute.asked.get() < 128; i++) {
                byte[] query = Message.newQuery(
                                Record.newRecord(Name.fromString("n" + i + ".slow."), Type.A, DClass.IN))
                        .toWire();
                greedy.send(new DatagramPacket(query, query.length));
            }

            assertEquals(FakeResolver.ANSWER, first(ask("example.com.", Type.A, false)));
        }
    }

    /** The mute resolver is 127.0.0.2, the other one 127.0.0.3, as in resolv.conf. */
    @Test
    void a_stub_domain_and_upstream_servers_are_asked_as_the_cluster_says() throws IOException {
        int port = resolver.port();
        images.put(
                "configmaps",
                "kube-system",
                "kube-dns",
                "{'metadata':{},'data':{'stubDomains':'{\\\"acme.example\\\":[\\\"127.0.0.3:%d\\\"]}','upstreamNameservers':'[\\\"127.0.0.2:%d\\\"]'}}"
                        .formatted(port, port));

        assertEquals(FakeResolver.ANSWER, first(ask("db.acme.example.", Type.A, false)));
        assertEquals(0, mute.asked.get());
        assertEquals(Rcode.SERVFAIL, ask("example.com.", Type.A, false).getRcode());
        assertEquals(1, mute.asked.get());
        assertEquals("10.96.0.20", first(ask("web.shop.svc.cluster.local.", Type.A, false)));

        images.put(
                "configmaps",
                "kube-system",
                "kube-dns",
                "{'metadata':{},'data':{'stubDomains':'{','upstreamNameservers':'[\\\"nobody\\\"]'}}");
        assertEquals(FakeResolver.ANSWER, first(ask("example.com.", Type.A, false)), "a mistake changes nothing");
    }

    @Test
    void an_alias_beyond_the_cluster_comes_with_its_address() throws IOException {
        Message response = ask("mail.shop.svc.cluster.local.", Type.A, false);
        assertEquals(2, response.getSection(Section.ANSWER).size());
        assertEquals(
                FakeResolver.ANSWER, response.getSection(Section.ANSWER).get(1).rdataToString());
    }

    @Test
    void with_no_resolver_others_names_fail_at_once_and_the_clusters_do_not() throws IOException {
        server.close();
        server = serverWith("search example.com\n");
        long start = System.nanoTime();
        assertEquals(Rcode.SERVFAIL, ask("example.com.", Type.A, false).getRcode());
        assertEquals(
                Rcode.SERVFAIL,
                ask("mail.shop.svc.cluster.local.", Type.A, false).getRcode());
        assertTrue(Duration.ofNanos(System.nanoTime() - start).toSeconds() < 2);
        assertEquals("10.96.0.20", first(ask("web.shop.svc.cluster.local.", Type.A, false)));
    }

    @Test
    void no_packet_and_no_connection_stops_it() throws IOException {
        long seed = System.nanoTime();
        System.out.println("DnsServerTest seed " + seed);
        Random random = new Random(seed);
        try (DatagramSocket socket = new DatagramSocket()) {
            for (int i = 0; i < 500; i++) {
                byte[] junk = new byte[random.nextInt(600)];
                random.nextBytes(junk);
                socket.send(new DatagramPacket(junk, junk.length, LOOPBACK, server.port()));
            }
        }
        for (int i = 0; i < 20; i++) {
            try (Socket socket = new Socket(LOOPBACK, server.port())) {
                byte[] junk = new byte[random.nextInt(50)];
                random.nextBytes(junk);
                socket.getOutputStream().write(junk);
            }
        }
        assertEquals("10.96.0.20", first(askAgain("web.shop.svc.cluster.local.")));
        assertEquals("10.96.0.20", first(ask("web.shop.svc.cluster.local.", Type.A, true)));
    }

    /** The junk may fill the socket's buffer, and the kernel then drops a query: a resolver sends it again. */
    private Message askAgain(String name) throws IOException {
        for (int tries = 1; ; tries++) {
            try {
                return ask(name, Type.A, false);
            } catch (IOException lost) {
                if (tries == 3) {
                    throw lost;
                }
            }
        }
    }

    private DnsConfig at(String address, int port) {
        return new DnsConfig(
                "cluster.local",
                Ipv4.of(address),
                port,
                ShopCluster.CONFIG.podRange(),
                ShopCluster.CONFIG.serviceRange(),
                directory);
    }

    @Test
    void where_the_port_is_taken_it_takes_another_and_says_which() throws IOException {
        int taken = server.port();
        try (DnsServer second = DnsServer.start(at("127.0.0.1", taken), services)) {
            assertNotEquals(taken, second.port());
            server.close();
            server = second;
            assertEquals("10.96.0.20", first(ask("web.shop.svc.cluster.local.", Type.A, false)));
        }
    }

    @Test
    void an_address_that_is_not_the_machines_is_said_in_words() {
        IllegalStateException refusal =
                assertThrows(IllegalStateException.class, () -> DnsServer.start(at("192.0.2.254", 0), services));
        assertTrue(String.valueOf(refusal.getMessage()).startsWith("the name server cannot listen on 192.0.2.254: "));
    }
}
