/**
 * Verification and copies of a log: verify, export, import, replay. Works on shards in their stored form, with encrypted
 * objects; starts no part of a cluster.
 */
@NullMarked
package io.shiplog.docker.transfer;

import org.jspecify.annotations.NullMarked;
