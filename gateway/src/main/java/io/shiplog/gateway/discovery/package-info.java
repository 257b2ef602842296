/**
 * Discovery: groups, versions and resources, OpenAPI documents, version and health. Built once per catalogue of kinds; depends
 * on events and the http, protobuf and view packages.
 */
@NullMarked
package io.shiplog.gateway.discovery;

import org.jspecify.annotations.NullMarked;
