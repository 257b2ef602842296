package io.shiplog.node.net;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/**
 * What runs in a pod of the network tests, in a network namespace of its own: answers on port 8080, TCP and UDP, with its name and
 * the client's address, and connects to where its stdin says ({@code tcp host port}, {@code udp host port}, {@code dns-udp
 * name@server port}).
 */
final class PodProcess {
    static final int PORT = 8080;
    /** A client that always uses this port looks like one flow to the kernel. */
    private static final int OWN_PORT = 40_000;

    /** Before the address to send from. */
    private static final String FROM = "udp-from-";

    private static final int TIMEOUT_MS = 3000;
    private static final int MAX_ANSWER = 1500;

    private PodProcess() {}

    public static void main(String[] args) throws IOException {
        String name = args[0];
        ServerSocket tcp = new ServerSocket(PORT);
        Thread.ofPlatform().daemon().start(() -> serveTcp(tcp, name));
        DatagramSocket udp = new DatagramSocket(PORT);
        Thread.ofPlatform().daemon().start(() -> serveUdp(udp, name));
        System.out.println("ready");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ");
            System.out.println(ask(words[0], words[1], Integer.parseInt(words[2])));
        }
    }

    /** The answer of the present server, or why there is none. */
    static String ask(String protocol, String host, int port) {
        try {
            if (protocol.startsWith(FROM)) {
                return askUdp(host, port, new InetSocketAddress(protocol.substring(FROM.length()), 0));
            }
            return switch (protocol) {
                case "tcp" -> askTcp(host, port);
                case "udp" -> askUdp(host, port, new InetSocketAddress(0));
                case "udp-same-port" -> askUdp(host, port, new InetSocketAddress(OWN_PORT));
                default -> askName(host, port, protocol.equals("dns-tcp"));
            };
        } catch (IOException e) {
            return "failed: " + e.getMessage();
        }
    }

    /** @param nameAtServer as {@code web.shop.svc.cluster.local.@10.96.0.10} */
    private static String askName(String nameAtServer, int port, boolean tcp) throws IOException {
        String[] parts = nameAtServer.split("@");
        SimpleResolver resolver = new SimpleResolver(InetAddress.getByName(parts[1]));
        resolver.setPort(port);
        resolver.setTCP(tcp);
        resolver.setTimeout(Duration.ofMillis(TIMEOUT_MS));
        Message answer =
                resolver.send(Message.newQuery(Record.newRecord(Name.fromString(parts[0]), Type.A, DClass.IN)));
        List<Record> records = answer.getSection(Section.ANSWER);
        return records.isEmpty()
                ? Rcode.string(answer.getRcode())
                : records.getFirst().rdataToString();
    }

    private static String askTcp(String host, int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getByName(host), port), TIMEOUT_MS);
            socket.setSoTimeout(TIMEOUT_MS);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String askUdp(String host, int port, InetSocketAddress own) throws IOException {
        try (DatagramSocket socket = new DatagramSocket(own)) {
            socket.setSoTimeout(TIMEOUT_MS);
            socket.connect(InetAddress.getByName(host), port);
            socket.send(new DatagramPacket(new byte[1], 1));
            DatagramPacket answer = new DatagramPacket(new byte[MAX_ANSWER], MAX_ANSWER);
            socket.receive(answer);
            return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8);
        }
    }

    private static void serveTcp(ServerSocket server, String name) {
        while (true) {
            try (Socket socket = server.accept()) {
                String answer = name + " saw " + socket.getInetAddress().getHostAddress();
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                System.err.println(e);
            }
        }
    }

    private static void serveUdp(DatagramSocket server, String name) {
        while (true) {
            try {
                DatagramPacket packet = new DatagramPacket(new byte[MAX_ANSWER], MAX_ANSWER);
                server.receive(packet);
                byte[] answer =
                        (name + " saw " + packet.getAddress().getHostAddress()).getBytes(StandardCharsets.UTF_8);
                server.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            } catch (IOException e) {
                System.err.println(e);
            }
        }
    }
}
