package io.shiplog.docker.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.shiplog.events.log.kafka.KafkaAccess;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Any local user can open connections to the broker's port: they must not take the descriptors of the process. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class BrokerConnectionsTest {
    /** More than the limit, fewer than the kernel queues for the broker. */
    private static final int BEYOND = 20;

    @RegisterExtension
    static final BrokerForTests BROKER = new BrokerForTests();

    @Test
    void givenSilentConnectionsBeyondTheLimit_thenNoMoreAreAccepted_openOnesWork_andTheirEndMakesRoom()
            throws Exception {
        KafkaAccess access = BROKER.access();
        List<Socket> silent = new ArrayList<>();
        try (Admin before = Admin.create(access.with(Map.of()))) {
            before.describeCluster().nodes().get();
            for (int i = 0; i < BrokerProperties.connections() + BEYOND; i++) {
                silent.add(connection(access));
            }
            CompletableFuture<Integer> after = CompletableFuture.supplyAsync(() -> nodes(access));

            assertThrows(TimeoutException.class, () -> after.get(2, TimeUnit.SECONDS));
            assertEquals(1, before.describeCluster().nodes().get().size());

            for (Socket each : silent) {
                each.close();
            }
            assertEquals(1, after.get());
        } finally {
            for (Socket each : silent) {
                each.close();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"256, 128", "900, 128", "4096, 512", "1048576, 1024"})
    void theLimitFollowsTheDescriptorsOfTheProcess(long descriptors, int connections) {
        assertEquals(connections, BrokerProperties.connections(descriptors));
    }

    private static Socket connection(KafkaAccess access) throws Exception {
        String bootstrap = access.bootstrap();
        int port = Integer.parseInt(bootstrap.substring(bootstrap.lastIndexOf(':') + 1));
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }

    private static int nodes(KafkaAccess access) {
        try (Admin admin = Admin.create(access.with(Map.of()))) {
            return admin.describeCluster().nodes().get().size();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
