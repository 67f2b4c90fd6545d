/**
 * The answer to libvirt's hook.
 */
@NullMarked
package io.lockstep.agent.hook;

import org.jspecify.annotations.NullMarked;
