/**
 * A log as a thing to prove, to write to a file and to build elsewhere: verify, export, import, replay. Works on shards as they rest,
 * sealed objects sealed; starts no part of a cluster.
 */
@NullMarked
package io.shiplog.docker.transfer;

import org.jspecify.annotations.NullMarked;
