package io.shiplog.node.dns;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Section;

/** A resolver that says 192.0.2.53 to everything, after a forged answer; or nothing at all. */
final class FakeResolver implements AutoCloseable {
    static final String ANSWER = "192.0.2.53";

    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final boolean silent;
    final AtomicInteger asked = new AtomicInteger();

    FakeResolver(String address, int port, boolean silent) throws IOException {
        this.silent = silent;
        tcp = new ServerSocket();
        tcp.bind(new InetSocketAddress(InetAddress.getByName(address), port));
        udp = new DatagramSocket(new InetSocketAddress(InetAddress.getByName(address), tcp.getLocalPort()));
        Thread.ofVirtual().start(this::serveUdp);
        Thread.ofVirtual().start(this::serveTcp);
    }

    int port() {
        return tcp.getLocalPort();
    }

    private Message answer(byte[] bytes) throws IOException {
        Message query = new Message(bytes);
        Message response = new Message(query.getHeader().getID());
        response.getHeader().setFlag(Flags.QR);
        response.addRecord(query.getQuestion(), Section.QUESTION);
        response.addRecord(
                new ARecord(query.getQuestion().getName(), DClass.IN, 60, InetAddress.getByName(ANSWER)),
                Section.ANSWER);
        return response;
    }

    private void serveUdp() {
        while (!udp.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
                udp.receive(packet);
                asked.incrementAndGet();
                if (!silent) {
                    Message answer = answer(Arrays.copyOf(packet.getData(), packet.getLength()));
                    Message forged = answer.clone();
                    forged.getHeader().setID(answer.getHeader().getID() ^ 1);
                    send(forged.toWire(), packet);
                    send(answer.toWire(), packet);
                }
            } catch (IOException e) {
                // Closed, or a test's junk.
            }
        }
    }

    private void send(byte[] wire, DatagramPacket to) throws IOException {
        udp.send(new DatagramPacket(wire, wire.length, to.getSocketAddress()));
    }

    private void serveTcp() {
        while (!tcp.isClosed()) {
            try (Socket client = tcp.accept()) {
                DataInputStream in = new DataInputStream(client.getInputStream());
                byte[] query = new byte[in.readUnsignedShort()];
                in.readFully(query);
                client.getOutputStream().write(DnsServer.framed(answer(query).toWire()));
            } catch (IOException e) {
                // Closed, or a test's junk.
            }
        }
    }

    @Override
    public void close() throws IOException {
        udp.close();
        tcp.close();
    }
}
