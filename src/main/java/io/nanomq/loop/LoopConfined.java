package io.nanomq.loop;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Target;

/**
 * Marks state that belongs to one event loop: plain fields, touched by that loop's thread only.
 * Other threads send the loop a task, or take a snapshot through one.
 */
@Documented
@Target(ElementType.TYPE)
public @interface LoopConfined {}
