/** The agent: it performs lock operations and observes its host. Its parts are plain Java; Quarkus only wires them. */
@NullMarked
package io.lockstep.agent;

import org.jspecify.annotations.NullMarked;
