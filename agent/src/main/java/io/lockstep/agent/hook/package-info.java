/**
 * The answer to libvirt's hook: the endpoint on the unix socket and the verdicts behind it.
 */
@NullMarked
package io.lockstep.agent.hook;

import org.jspecify.annotations.NullMarked;
