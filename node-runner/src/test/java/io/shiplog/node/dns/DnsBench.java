package io.shiplog.node.dns;

import io.shiplog.node.net.services.ScriptedImages;
import io.shiplog.node.net.services.ServicesWatch;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Arrays;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/**
 * How many answers a core gives: 1,000 Services, questions over UDP one after the other from four sockets. Counts the CPU time of the
 * server's thread, so that it says the same on a busy machine. No test: run {@code main} with the test's class path.
 */
final class DnsBench {
    private static final int SERVICES = 1_000;
    private static final int CLIENTS = 4;
    private static final int QUESTIONS = 50_000;

    private DnsBench() {}

    public static void main(String[] args) throws Exception {
        ScriptedImages images = new ScriptedImages();
        for (int i = 0; i < SERVICES; i++) {
            images.service(
                    "shop",
                    "web-" + i,
                    "'clusterIP':'10.96.%d.%d','ports':[{'name':'http','port':80}]"
                            .formatted(i / 250 + 1, i % 250 + 1));
        }
        try (ServicesWatch services = new ServicesWatch(images);
                DnsServer server = DnsServer.start(ShopCluster.config(Path.of("/nonexistent")), services)) {
            for (int round = 0; round < 5; round++) {
                measure(server.port());
            }
        }
    }

    private static void measure(int port) throws InterruptedException {
        long before = cpu();
        long start = System.nanoTime();
        long[][] times = new long[CLIENTS][QUESTIONS];
        Thread[] clients = new Thread[CLIENTS];
        for (int i = 0; i < CLIENTS; i++) {
            int client = i;
            clients[i] = Thread.ofPlatform().start(() -> ask(port, client, times[client]));
        }
        for (Thread client : clients) {
            client.join();
        }
        double cpuSeconds = (cpu() - before) / 1e9;
        double seconds = (System.nanoTime() - start) / 1e9;
        long[] all = Arrays.stream(times).flatMapToLong(Arrays::stream).sorted().toArray();
        System.out.printf(
                "%.0f answers/s, %.0f answers per second of CPU, p50 %.3f ms, p99 %.3f ms%n",
                all.length / seconds,
                all.length / cpuSeconds,
                all[all.length / 2] / 1e6,
                all[all.length * 99 / 100] / 1e6);
    }

    private static long cpu() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        for (long id : threads.getAllThreadIds()) {
            if (threads.getThreadInfo(id).getThreadName().equals("dns-udp")) {
                return threads.getThreadCpuTime(id);
            }
        }
        throw new IllegalStateException("the server has no thread");
    }

    private static void ask(int port, int client, long[] times) {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
            socket.setSoTimeout(5_000);
            DatagramPacket answer = new DatagramPacket(new byte[1500], 1500);
            for (int i = 0; i < times.length; i++) {
                Name name = Name.fromString("web-" + (i * CLIENTS + client) % SERVICES + ".shop.svc.cluster.local.");
                byte[] wire = Message.newQuery(Record.newRecord(name, Type.A, DClass.IN))
                        .toWire();
                long start = System.nanoTime();
                socket.send(new DatagramPacket(wire, wire.length));
                socket.receive(answer);
                times[i] = System.nanoTime() - start;
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
