package io.shiplog.events.log.kafka;

import io.shiplog.events.log.EventLog.LogUnavailableException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.common.KafkaException;

/**
 * The number of replicas of the log on a Kafka cluster: one on a single broker, three otherwise. Two are not useful: with both
 * required, the failure of either broker would stop all writes.
 *
 * @see <a href="https://kafka.apache.org/documentation/#replication">Replication</a>
 */
public final class Replication {
    /** One replica may be lost while another is restarting, without loss. */
    private static final short MANY = 3;

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private Replication() {}

    /**
     * Queries the cluster. Unavailable brokers count too, so that a starting cluster of three is not taken for a single broker.
     *
     * @throws LogUnavailableException if it does not answer within half a minute
     */
    public static short fitting(KafkaAccess kafka) {
        try (Admin admin = Admin.create(kafka.with(Map.of()))) {
            int brokers = admin.describeCluster(new DescribeClusterOptions().includeFencedBrokers(true))
                    .nodes()
                    .get(LIMIT.toSeconds(), TimeUnit.SECONDS)
                    .size();
            return brokers == 1 ? 1 : MANY;
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            throw new LogUnavailableException("no answer from Kafka at %s: %s".formatted(kafka, cause(e)), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogUnavailableException("interrupted while querying Kafka at " + kafka, e);
        }
    }

    private static String cause(Exception e) {
        Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
        return cause instanceof TimeoutException
                ? "nothing within " + LIMIT.toSeconds() + " s"
                : String.valueOf(cause.getMessage());
    }
}
