/**
 * The emulated hosts, driven from outside: commands over ssh, power cuts, a stalled disk, a cut network.
 */
@NullMarked
package io.lockstep.lab.machine;

import org.jspecify.annotations.NullMarked;
