// scene.h - the system that most tests play in.
//
// An application calls a server, directly or through a middle man, who each
// have a thread of their own. A boss looks after them: the most urgent, he
// sleeps unless a test lets him act.

#ifndef SCENE_H
#define SCENE_H

#include "group.h"
#include "internal.h"
#include "user.h"

enum scene_process { APP, MIDDLE, SERVER, BOSS, IDLE };

enum scene_thread {
    APP_MAIN,    // priority 3; runs when the scene begins
    APP_EQUAL,   // 3, dormant
    APP_LOW,     // 2
    APP_EXTRA,   // 4, dormant
    MIDDLE_MAIN, // 1
    SERVER_MAIN, // 1
    BOSS_MAIN,   // 5
    IDLE_MAIN,
};

// The numbers of APP's threads for itself are the same, as it is the first.

enum scene_service { TO_SERVER, TO_OPEN, TO_MIDDLE, TO_APP };

// Every process but BOSS imports every service under its number. TO_OPEN is the
// server's too, and re-entrant. 3 methods each.

// Word 40 of each process is an event. APP, MIDDLE and SERVER may post to each,
// under the number of its process.
#define WORD           40u
#define EVENT(process) system_word(process, WORD)
#define SERVER_LINE    3u // sets bit 7 there, interrupt 0 of the server
#define BOSS_LINE      7u // wakes the boss

void scene_plan(void);  // to be changed before
void scene_start(void); // boots; the boss goes to sleep
void scene_begin(void); // both

// The boss is woken, does it and sleeps again.
void boss_restarts(unsigned process);
void boss_stops(unsigned process);
void boss_wakes(void); // the boss runs
void boss_sleeps(void);

// Nobody wants to run any more, one after the other, until `thread` does.
void others_sleep(unsigned thread);

#endif
