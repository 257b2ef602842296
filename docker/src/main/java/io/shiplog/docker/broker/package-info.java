/**
 * A Kafka broker inside the process, for clusters of one machine, so that nobody has to install Kafka to try Shiplog. It is a
 * stock KRaft broker and controller with small settings: every other part speaks to it through kafka-clients and cannot tell it
 * from a cluster of three. It takes certificates of {@link io.shiplog.docker.pki.KafkaPki} alone. Only the launchers and tests may
 * depend on this package; it depends on Kafka's server and those keys.
 */
@NullMarked
package io.shiplog.docker.broker;

import org.jspecify.annotations.NullMarked;
