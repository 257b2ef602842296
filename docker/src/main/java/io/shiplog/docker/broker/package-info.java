/**
 * A Kafka broker inside the process, for single-machine clusters, so that Shiplog can be tried without installing Kafka. It is
 * a stock KRaft broker and controller with small settings: all other parts use it through kafka-clients like a cluster of
 * three. It accepts only certificates of {@link io.shiplog.docker.pki.KafkaPki}. Only the launchers and tests may depend on
 * this package; it depends on Kafka's server and those keys.
 */
@NullMarked
package io.shiplog.docker.broker;

import org.jspecify.annotations.NullMarked;
