package io.shiplog.docker.architecture.violations.pure;

import org.apache.kafka.common.TopicPartition;

/** Breaks a rule on purpose: see ModuleArrowsTest. */
public record KafkaInPurePackage(TopicPartition partition) {}
